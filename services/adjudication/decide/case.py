"""A case (待遇案例): everything one decision may know about the person, the provider, the claim and the year."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

KINDS = ("inpatient", "outpatient", "chronic", "single_disease", "bed_day")
"""住院, 普通门诊, 门诊慢性病, 单病种, 床日."""

STAYS = frozenset({"inpatient", "single_disease", "bed_day"})
"""Kinds that are a stay (住院类) and so have a day of admission and of discharge."""

LEVELS = ("village", "township", "level_1", "level_2", "level_3")
"""村卫生室, 乡镇卫生院, 一级, 二级, 三级医院."""

TAGS = ("poor", "poor_exited", "low_income", "extreme_poor")
"""建档立卡, 脱贫, 低保, 特困."""

CLASSES = ("A", "B", "C")
"""甲类, 乙类, 丙类 (目录外)."""


class Line(NamedTuple):
    """One fee line (费用明细): fen, fen, basis points."""

    amount: int
    list_class: str
    self_pay_bp: int
    over_limit: int


class Ytd(NamedTuple):
    """The accumulators (年度累计) of one person in the benefit year before this claim, fen."""

    basic: int = 0
    own_in_scope: int = 0
    supplement: int = 0
    assistance: int = 0
    outpatient: int = 0
    chronic: Mapping[str, int] = {}
    stays: tuple[date, ...] = ()


class Case(NamedTuple):
    """One checked case. ``on`` picks every dated value; ``account_balance`` is fen."""

    case: str
    pack: str
    on: date
    birth: date
    tags: frozenset[str]
    chronic: frozenset[str]
    account_balance: int
    level: str
    in_county: bool
    kind: str
    admitted: date | None
    discharged: date | None
    disease: str | None
    lines: tuple[Line, ...]
    ytd: Ytd


class CaseError(NamedTuple):
    """Why an input is not a case: a stable code, the field, a sentence. ``case`` is its name if it has one."""

    case: str | None
    code: str
    field: str
    message: str

    def as_json(self) -> dict[str, object]:
        """Give the line that ``claims adjudicate`` prints (packs.md §1)."""
        return {
            "case": self.case,
            "error": {"code": self.code, "field": self.field, "message": self.message},
        }
