"""What the ledger says of its books: the chart is published, a voucher is proposed, approved or rejected."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from contracts.attachments import Attachment, Attachments
from contracts.envelope import Body, Part
from contracts.money import Fen, SignedFen
from contracts.text import BookCode, Code, Day, Digest, LongText, Text

VOUCHER_LINES = 100

RECOVERED = frozenset({"T21", "T22"})
"""追回当年待遇, 追回以前年度待遇: templates that settle what is to come back for the claim that the voucher names."""

LAPSED = frozenset({"T11", "T11y"})
"""退票不再支付, of this year and of earlier ones: what the bank gave back for that claim is never paid again."""

Account = Annotated[str, StringConstraints(pattern=r"^(\d{4}|M)[^\s]{0,20}$")]
"""科目: four digits and, after a dash, the name of the sub-account; memo accounts begin with ``M``."""

Side = Literal["D", "C"]
"""借 debit, 贷 credit."""


def _not_zero(amount: int) -> int:
    if amount == 0:
        raise ValueError("a line moves an amount; zero moves nothing")
    return amount


class ChartPublished(Body):
    """科目表发布: accounts, posting templates and statement lines, whole, by content."""

    KIND: ClassVar[str] = "ChartPublished"

    chart: Code
    chart_id: Digest
    content: str


class VoucherLine(Part):
    """凭证分录: one account, one side, an amount in fen (negative is 红字), and whom it concerns."""

    account: Account
    side: Side
    amount: Annotated[SignedFen, AfterValidator(_not_zero)]
    person: Code | None
    provider: Code | None
    batch: Code | None
    bank_key: Code | None
    claim: Code | None


class Voucher(Part):
    """记账凭证: what is to be booked by hand, and why.

    ``template`` is the posting template that made the lines, ``FREE`` for free lines, ``RED`` for a correction.
    ``corrects`` names the entry that a correction takes back, ``corrects_day`` the day that it stands on,
    ``corrects_template`` the template that made it.
    """

    voucher: Code
    book: BookCode
    template: Code
    incurred_on: Day
    summary: Text
    corrects: UUID | None
    corrects_day: Day | None
    corrects_template: Code | None = None
    lines: Annotated[tuple[VoucherLine, ...], Field(min_length=2, max_length=VOUCHER_LINES)]
    attachments: Attachments

    def amount(self) -> int:
        """金额: what it moves, fen; negative for a correction. A red debit (T11, T21) takes nothing off it."""
        signed = (line.amount if line.side == "D" else -line.amount for line in self.lines)
        moved = sum(amount for amount in signed if amount > 0)
        return moved if self.corrects is None else -moved


class VoucherProposed(Body):
    """制单: the maker proposes a voucher. Nothing is booked yet."""

    KIND: ClassVar[str] = "VoucherProposed"

    maker: Code
    voucher: Voucher

    def control(self) -> tuple[str, int]:
        """Count proposals, no money."""
        return self.voucher.book, 0


class VoucherApproved(Body):
    """复核: the checker, another person, approves; the whole voucher is repeated, for it is what gets booked."""

    KIND: ClassVar[str] = "VoucherApproved"

    maker: Code
    checker: Code
    voucher: Voucher

    def control(self) -> tuple[str, int]:
        """Count what the voucher moves: of T11 and T21 too, whose red debit takes the debit side to nothing."""
        return self.voucher.book, self.voucher.amount()


class VoucherRejected(Body):
    """退回: the checker sends a proposed voucher back; it can never be booked."""

    KIND: ClassVar[str] = "VoucherRejected"

    voucher: Code
    book: BookCode
    maker: Code
    checker: Code
    reason: LongText

    def control(self) -> tuple[str, int]:
        """Count rejections, no money."""
        return self.book, 0


class BudgetLine(Part):
    """预算项目: a line of the fund's 收支表 and what is budgeted for it in the year, fen."""

    line: Annotated[str, StringConstraints(pattern=r"^e?[0-9]{1,2}(\.[0-9]{1,2})?$")]
    amount: Fen


class BudgetSet(Body):
    """预算下达: the approved budget of a book for a year, whole; a later one takes its place."""

    KIND: ClassVar[str] = "BudgetSet"

    book: BookCode
    year: Annotated[int, Field(ge=1990, le=2200)]
    document: Attachment
    lines: Annotated[tuple[BudgetLine, ...], Field(min_length=1, max_length=60)]

    def control(self) -> tuple[str, int]:
        """Count budgets, no money."""
        return self.book, 0
