"""Vouchers, statements and budgets as they are answered (记账凭证, 报表, 预算)."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from contracts.attachments import Attachment
from contracts.ledger import VoucherLine
from contracts.money import Fen, SignedFen, SignedSum
from services.ledger.api.answers.books import BookedLine, Next
from services.ledger.decide.chart import Family


class TemplateCase(TypedDict):
    """One case of a template: for which books, what has to be chosen, which lines it makes."""

    families: list[Family]
    choose: dict[str, list[str]]
    lines: list[str]


class Template(TypedDict):
    """分录模板: what can be booked by hand."""

    template: str
    title: str
    source: str
    mark: str
    cases: list[TemplateCase]


class Templates(TypedDict):
    """分录模板."""

    templates: list[Template]


class ProposedVoucher(TypedDict):
    """制单: the number of the voucher, what it moves, and how many lines it has."""

    voucher: str
    amount: SignedFen
    lines: int


class ApprovedVoucher(TypedDict):
    """复核: the voucher is booked, because of ``event``, on the open day."""

    voucher: str
    status: Literal["approved"]
    event: UUID
    business_date: date


class RejectedVoucher(TypedDict):
    """退回."""

    voucher: str
    status: Literal["rejected"]


class ShownVoucher(TypedDict):
    """记账凭证, with its lines and what became of it; ``capitals`` is the amount in words (大写)."""

    voucher: str
    book: str
    template: str
    incurred_on: date
    summary: str
    corrects: UUID | None
    corrects_day: date | None
    corrects_template: str | None
    lines: list[VoucherLine]
    attachments: list[Attachment]
    status: Literal["proposed", "approved", "rejected"]
    maker: str
    checker: str | None
    proposed: date
    decided: date | None
    reason: str | None
    event: UUID | None
    amount: SignedFen
    capitals: str


class VoucherPage(TypedDict):
    """凭证清单: by number."""

    vouchers: list[ShownVoucher]


class Figure(TypedDict):
    """One printed line, and what it opens to: accounts of the books, or lines of the statement."""

    line: str
    column: str
    label: str
    amount: SignedFen
    accounts: list[str]
    lines: list[str]
    within: str | None
    opens: str


class Tie(TypedDict):
    """勾稽: what should be equal, and by how much it is not."""

    label: str
    left: SignedSum
    right: SignedSum
    difference: SignedSum


class Statement(TypedDict):
    """报表: 收支表, 资产负债表 or 净资产变动表, as booked (记账口径) or as incurred (发生口径)."""

    book: str
    statement: str
    title: str
    since: date
    until: date
    view: Literal["booked", "incurred"]
    figures: list[Figure]
    ties: list[Tie]


class OtherLine(TypedDict):
    """Another line of the statement."""

    line: str
    label: str


class Cell(TypedDict):
    """A cell opened: the lines it adds up, or page by page the booked lines behind it."""

    line: str
    label: str
    adds_up: list[OtherLine]
    takes_off: list[OtherLine]
    accounts: list[str]
    opening: SignedSum
    lines: list[BookedLine]
    next: Next


Hundredths = Annotated[int | None, Field(description="hundredths of a month")]


class Reserve(TypedDict):
    """基金支撑月数: how long the savings last by the mean spending so far this year; null where nothing was spent."""

    savings: SignedSum
    spent: SignedSum
    months: int
    support: Hundredths
    low: Hundredths
    high: Hundredths
    warning: str | None


class SetBudget(TypedDict):
    """预算下达: how many lines the budget has."""

    book: str
    year: int
    lines: int


class BudgetLine(TypedDict):
    """预算执行: one line of the 收支表; ``share_bp`` in basis points, null where nothing was budgeted."""

    line: str
    label: str
    budget: Fen
    actual: SignedSum
    left: SignedSum
    share_bp: int | None


class BudgetSoFar(TypedDict):
    """预算执行情况."""

    lines: list[BudgetLine]


class ClosingVouchers(TypedDict):
    """年终结转: the numbers of the vouchers that were proposed."""

    vouchers: list[str]
