"""What payment says: a batch was sealed by two people, the bank paid it, the bank sent lines back."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.claims import ClaimKind, FundSplit, PayTo
from contracts.envelope import Body, Part
from contracts.money import Fen
from contracts.text import BookCode, Code, Day, Digest

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
    """拨付明细: one amount to one payee for one claim. ``repays`` names the returned line it makes good."""

    line: Code
    claim: Code
    kind: ClaimKind
    person: Code
    pay_to: PayTo
    payee: Code
    amount: Fen
    split: FundSplit
    repays: Code | None


Lines = Annotated[tuple[PaymentLine, ...], Field(min_length=1, max_length=BATCH_LINES)]


class PaymentBatched(Body):
    """拨付批次: what one sealed bank file asks the bank to pay. Maker and checker differ."""

    KIND: ClassVar[str] = "PaymentBatched"

    batch: Code
    book: BookCode
    account: Code
    maker: Code
    checker: Code
    file_digest: Digest
    total: Fen
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
    total: Fen
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
