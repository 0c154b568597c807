"""What payment says: two people sealed a batch, the bank paid it, the bank sent lines back."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.claims import ClaimKind, PayTo
from contracts.clawbacks import FundSplit
from contracts.envelope import Body, Part
from contracts.money import Fen, Sum
from contracts.text import BookCode, Code, Day, Digest, LongText

BATCH_LINES = 500

ReturnReason = Literal[
    "account_not_found",
    "name_mismatch",
    "account_closed",
    "bank_code_wrong",
    "amount_limit",
    "duplicate",
    "unknown",
]
"""退票原因 (procedures 3.5); unknown must be queried before it is sent again."""


class PaymentLine(Part):
    """拨付明细: one amount to one payee for one claim. ``repays`` names the returned line it makes good.

    ``decision`` is the event because of which it is paid, Adjudicated or ClawbackReversed: once for each.
    """

    line: Code
    claim: Code
    kind: ClaimKind
    person: Code
    pay_to: PayTo
    payee: Code
    amount: Fen
    split: FundSplit
    repays: Code | None
    decision: UUID | None = None


Lines = Annotated[tuple[PaymentLine, ...], Field(min_length=1, max_length=BATCH_LINES)]


BankFormat = Literal["neutral", "fixed_gbk"]
"""银行文件格式: which adapter writes the bank file and reads the return file."""


class BatchProposed(Body):
    """拨付制单: the maker puts up a batch; nothing is ordered until another person approves it.

    ``payee_versions`` gives, line by line, the version of the payee's bank account that the maker saw.
    """

    KIND: ClassVar[str] = "BatchProposed"

    batch: Code
    book: BookCode
    account: Code
    maker: Code
    bank: BankFormat
    total: Sum
    lines: Lines
    payee_versions: Annotated[tuple[int, ...], Field(min_length=1, max_length=BATCH_LINES)]

    def control(self) -> tuple[str, int]:
        """Count proposals, no money."""
        return self.book, 0


VoidReason = Literal["changed", "rejected", "withdrawn"]
"""Something in it changed (变动), the checker said no (驳回), the maker took it back (撤回)."""


class BatchVoided(Body):
    """批次作废: a proposed batch is void; what was in it is payable again."""

    KIND: ClassVar[str] = "BatchVoided"

    batch: Code
    book: BookCode
    reason: VoidReason
    note: LongText

    def control(self) -> tuple[str, int]:
        """Count voids, no money."""
        return self.book, 0


class PaymentBatched(Body):
    """拨付批次: what one sealed bank file asks the bank to pay. Maker and checker differ."""

    KIND: ClassVar[str] = "PaymentBatched"

    batch: Code
    book: BookCode
    account: Code
    maker: Code
    checker: Code
    file_digest: Digest
    total: Sum
    lines: Lines

    def control(self) -> tuple[str, int]:
        """Count what was ordered."""
        return self.book, self.total


class PaymentConfirmed(Body):
    """银行已付: the bank debited the batch on ``value_date`` under its own voucher number."""

    KIND: ClassVar[str] = "PaymentConfirmed"

    batch: Code
    book: BookCode
    account: Code
    bank_voucher: Code
    value_date: Day
    total: Sum
    lines: Lines

    def control(self) -> tuple[str, int]:
        """Count what was paid."""
        return self.book, self.total


class PaymentReturned(Body):
    """退票: the bank gave one paid line back on ``value_date``."""

    KIND: ClassVar[str] = "PaymentReturned"

    batch: Code
    book: BookCode
    account: Code
    bank_voucher: Code
    value_date: Day
    reason: ReturnReason
    line: PaymentLine

    def control(self) -> tuple[str, int]:
        """Count what came back."""
        return self.book, self.line.amount


class RepaymentRequested(Body):
    """退票重拨: a returned line may be paid again, by a new line that names it."""

    KIND: ClassVar[str] = "RepaymentRequested"

    batch: Code
    book: BookCode
    line: Code
    claim: Code
    reason: LongText

    def control(self) -> tuple[str, int]:
        """Count requests, no money."""
        return self.book, 0
