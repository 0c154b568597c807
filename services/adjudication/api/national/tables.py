"""国家编码对照: the kind of care, list class or fund that a national code stands for, as data with a source."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

import yaml

from contracts.claims import ClaimKind
from services.adjudication.decide.case import STAYS


class MedType(NamedTuple):
    """医疗类别: the kind of care that it is paid as, and whether it says that the person was referred."""

    kind: ClaimKind
    referral: bool


class Fund(NamedTuple):
    """基金支付类型: its code and name in ``setldetail``."""

    code: str
    name: str


class Tables(NamedTuple):
    """The tables by name; ``funds`` by the field of ``setlinfo`` and the insutype."""

    med_types: Mapping[str, MedType]
    list_classes: Mapping[str, Literal["A", "B", "C"]]
    clearing: Mapping[str, str]
    funds: Mapping[tuple[str, str], Fund]

    def clr_type(self, kind: str, outcome: str) -> str:
        """清算类别: outpatient, stay, or put off (暂缓结算) while people look at the claim."""
        if outcome == "pended":
            return self.clearing["pended"]
        return self.clearing["stay" if kind in STAYS else "outpatient"]


@cache
def tables() -> Tables:
    """Give the tables as shipped."""
    raw = yaml.safe_load((files(__package__) / "codes.yaml").read_text(encoding="utf-8"))
    values = {name: table["values"] for name, table in raw.items()}
    return Tables(
        {code: MedType(row["kind"], row.get("referral", False)) for code, row in values["med_type"].items()},
        values["chrgitm_lv"],
        values["clr_type"],
        {
            (field, insutype): Fund(code, row["term"])
            for field, row in values["fund_pay_type"].items()
            for insutype, code in row.items()
            if insutype != "term"
        },
    )
