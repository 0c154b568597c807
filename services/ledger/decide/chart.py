"""科目表: the accounts, posting templates, purposes and statement lines that the books follow, as data."""

import hashlib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Literal

import orjson
from pydantic import Field, StringConstraints

from contracts.canonical import canonical, refuse_floats
from contracts.envelope import Part
from contracts.ledger import Account as AccountCode
from contracts.ledger import Side
from contracts.text import Area

Family = Literal["resident", "employee", "assistance", "reference", "memo"]
Mark = Literal["V", "K", "D"]
LineText = Annotated[str, StringConstraints(pattern=r"^[DC] \S+ -?[a-z_]+$")]


class Sourced(Part):
    """A piece of the chart: where it comes from, and whether that was read (V), is known (K) or derived (D)."""

    source: Annotated[str, Field(min_length=1)]
    mark: Mark


class PoolingArea(Sourced):
    """统筹区: an area whose funds the agency keeps books for."""

    area: Area
    name: str


class Scheme(Sourced):
    """险种: an insutype, and which family of books it keeps. ``payer`` is its short name in other books."""

    scheme: Annotated[str, Field(pattern=r"^\d{3,5}$")]
    name: str
    payer: str
    family: Family


class BankAccount(Sourced):
    """银行账户: the cash account whose movements a bank statement must show; its code is ``<book>-<suffix>``."""

    account: AccountCode
    suffix: str
    name: str


class Account(Sourced):
    """会计科目. ``direction`` is the usual side of its balance; a ``heading`` is never posted to itself.

    ``between_funds`` marks the 暂付 and 暂收 by which one fund owes another.
    """

    code: AccountCode
    name: str
    direction: Side
    families: tuple[Family | Literal["all"], ...]
    heading: bool = False
    between_funds: bool = False

    def serves(self, family: str) -> bool:
        """Tell whether books of this family have the account. ``all`` is every cash-basis book."""
        return family in self.families or ("all" in self.families and family != "memo")


class Purpose(Sourced):
    """专款专用: what a bank account may receive from and pay to, by the beginnings of the counter accounts."""

    account: AccountCode
    name: str
    receives: tuple[str, ...]
    pays: tuple[str, ...]


class Name(Part):
    """A slot that takes the name of a word: ``care`` is 住院 where ``kind`` is inpatient."""

    slot: str
    word: str
    is_: Annotated[dict[str, str], Field(alias="is")]


class Case(Part):
    """One case of a template: which event, under which words, books which lines in which book."""

    event: str
    words: Annotated[dict[str, tuple[str, ...]], Field(default_factory=dict)]
    families: tuple[Family, ...] = ()
    choose: Annotated[dict[str, tuple[str, ...]], Field(default_factory=dict)]
    book: Literal["own", "memo", "assistance"] = "own"
    lines: Annotated[tuple[LineText, ...], Field(min_length=2)]
    control: bool = False


class Template(Sourced):
    """分录模板, e.g. T08 支付待遇. One without cases says that nothing is booked, or that it is computed."""

    id: Annotated[str, Field(pattern=r"^[TM]\d\d[a-z]?$")]
    title: str
    cases: tuple[Case, ...]


class Column(Part):
    """报表栏: its lines count as positive on this side."""

    id: str
    title: str
    side: Side


class StatementLine(Part):
    """报表项目: adds up accounts (``of``), other lines (``plus``, ``minus``), or takes over last period's balance."""

    id: str
    column: str
    label: str
    of: tuple[str, ...] = ()
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    opening: bool = False
    within: str | None = None
    side: Side | None = None
    only_if_any: bool = False
    families: tuple[Family, ...] = ()


class StatementCheck(Part):
    """勾稽关系: the sum of the left lines is the sum of the right lines."""

    label: str
    left: tuple[str, ...]
    right: tuple[str, ...]


class Statement(Sourced):
    """报表 with its lines in printed order."""

    id: str
    title: str
    measure: Literal["movement", "balance"]
    families: tuple[Family, ...]
    columns: tuple[Column, ...]
    lines: tuple[StatementLine, ...]
    checks: tuple[StatementCheck, ...]


class Register(Sourced):
    """台账: the entries that touch these accounts, one by one."""

    id: str
    title: str
    of: tuple[str, ...]


class Reserve(Sourced):
    """基金支撑月数: the warning lines of a scheme, in hundredths of a month."""

    scheme: str
    months_low: int
    months_high: int


class Chart(Part):
    """科目表, whole. ``content`` is what is published in the log and what ``chart_of`` reads back.

    A chart that lists no ``areas`` keeps the books of any.
    """

    chart: str
    areas: tuple[PoolingArea, ...] = ()
    schemes: tuple[Scheme, ...]
    bank_accounts: tuple[BankAccount, ...]
    accounts: tuple[Account, ...]
    purposes: tuple[Purpose, ...]
    names: tuple[Name, ...]
    templates: tuple[Template, ...]
    statements: tuple[Statement, ...]
    registers: tuple[Register, ...]
    reserve: tuple[Reserve, ...]

    @cached_property
    def content(self) -> str:
        """The chart as canonical JSON text."""
        return canonical(self.model_dump(by_alias=True)).decode()

    @cached_property
    def chart_id(self) -> str:
        """The SHA-256 of the content, hex."""
        return hashlib.sha256(self.content.encode()).hexdigest()

    @cached_property
    def by_scheme(self) -> Mapping[str, Scheme]:
        """Schemes by insutype."""
        return {scheme.scheme: scheme for scheme in self.schemes}

    @cached_property
    def by_code(self) -> Mapping[str, Account]:
        """Accounts by code."""
        return {account.code: account for account in self.accounts}

    @cached_property
    def bank_suffix(self) -> Mapping[str, str]:
        """The suffix of the bank account behind a cash account."""
        return {bank.account: bank.suffix for bank in self.bank_accounts}

    @cached_property
    def by_template(self) -> Mapping[str, Template]:
        """Templates by id."""
        return {template.id: template for template in self.templates}

    def has(self, book: str) -> bool:
        """Tell whether this is a cash-basis book that is kept: its area and its scheme are known."""
        area, _, scheme = book.partition("-")
        return scheme in self.by_scheme and (not self.areas or any(kept.area == area for kept in self.areas))

    def family(self, book: str) -> Family:
        """Find the family of a book. Raises ``KeyError`` for an area or a scheme that the chart does not know."""
        cash = book.removesuffix("-memo")
        if not self.has(cash):
            raise KeyError(book)
        return "memo" if cash != book else self.by_scheme[cash.partition("-")[2]].family

    def listed(self, code: str) -> Account:
        """Give an account. Of one that only an earlier chart has, its class says on which side it stands."""
        if code in self.by_code:
            return self.by_code[code]
        direction: Side = "D" if code[0] in "15" else "C"
        return Account(code=code, name=code, direction=direction, families=(), source="an earlier chart", mark="D")

    def bank_account(self, book: str, account: str) -> str | None:
        """Give the code of the bank account behind a cash account of a book, e.g. ``340706-390-OUT``."""
        suffix = self.bank_suffix.get(account)
        return None if suffix is None else f"{book}-{suffix}"


def belongs(account: str, beginnings: tuple[str, ...]) -> bool:
    """Tell whether an account is one of these, or under one of these headings (``5001`` has ``5001-住院``)."""
    return any(account == start or ("-" not in start and account.startswith(start)) for start in beginnings)


def chart_from(data: dict[str, object]) -> Chart:
    """Check the data of a chart. Raises pydantic's ``ValidationError`` or ``NotCanonicalError`` for a float."""
    refuse_floats(data)
    return Chart.model_validate(data)


@lru_cache(maxsize=16)
def chart_of(content: str) -> Chart:
    """Read a published chart back from its content."""
    return Chart.model_validate(orjson.loads(content))
