"""What payment answers, in JSON (应答): amounts in fen, people and accounts only by their numbers, but for payees."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from contracts.claims import ClaimKind, PayTo
from contracts.money import Fen
from contracts.payments import BankFormat, ReturnReason, VoidReason
from contracts.text import Digest
from services.payment.model import BatchStatus, LineStatus

Payee = Annotated[str, Field(description="a person number or a provider code")]


class MadeBatch(TypedDict):
    """制单: a batch that was made; ``lines`` counts them, ``total`` in fen."""

    batch: str
    lines: int
    total: Fen


class LeftOut(TypedDict):
    """未入批: what is due to a payee and is in no batch, and why."""

    payee: Payee
    claims: int
    amount: Fen
    code: str
    message: str


class Made(TypedDict):
    """制单结果: the batches that were made, and what was left out of them."""

    batches: list[MadeBatch]
    left_out: list[LeftOut]


class _Batch(TypedDict):
    batch: str
    book: str
    account: Annotated[str, Field(description="付款账户: the account of the fund that pays")]
    bank: BankFormat
    maker: str
    checker: str | None
    status: BatchStatus
    total: Fen
    proposed_on: date
    ordered_on: date | None
    value_date: Annotated[date | None, Field(description="the day on which the bank paid")]


class ListedBatch(_Batch):
    """拨付批次, as it stands in a list."""


class BatchPage(TypedDict):
    """批次清单: by number."""

    batches: list[ListedBatch]


class ShownLine(TypedDict):
    """拨付明细: one amount to one payee for one claim, by layer of the fund, and what became of it."""

    line: str
    batch: str
    n: int
    claim: str
    kind: ClaimKind
    person: str
    pay_to: PayTo
    payee: Payee
    amount: Fen
    basic: Fen
    supplement: Fen
    critical: Fen
    assistance: Fen
    repays: Annotated[str | None, Field(description="the returned line that it makes good")]
    decision: Annotated[UUID | None, Field(description="the event because of which it is paid")]
    status: LineStatus
    return_reason: ReturnReason | None
    return_voucher: str | None
    returned_on: date | None


class ShownBatch(_Batch):
    """拨付批次, with its lines in file order."""

    file_digest: Annotated[Digest | None, Field(description="SHA-256 of the sealed bank file")]
    void_reason: VoidReason | None
    note: str | None
    bank_voucher: str | None
    lines: list[ShownLine]


class Sealed(TypedDict):
    """复核: the batch and its bank file are sealed; ``lines`` counts them."""

    batch: str
    file_digest: Digest
    lines: int
    total: Fen


class Voided(TypedDict):
    """作废: why the batch is void."""

    batch: str
    reason: VoidReason


class Payable(TypedDict):
    """应付: what the fund owes now for one claim."""

    claim: str
    book: str
    kind: ClaimKind
    person: str
    pay_to: PayTo
    payee: Payee
    approved_on: date
    amount: Fen
    repays: str | None


class PayablePage(TypedDict):
    """应付清单: oldest first."""

    payables: list[Payable]


class Receivable(TypedDict):
    """应收追回: what was paid for a claim above what is left of it, and has not come back."""

    claim: str
    book: str
    person: str
    payee: Payee
    amount: Fen


class Receivables(TypedDict):
    """应收追回清单: by claim."""

    receivables: list[Receivable]


class ExcessRecoveries(TypedDict):
    """多收追回清单: by claim; ``amount`` is what came back by voucher above what had to."""

    excess: list[Receivable]


class LapsedPayable(TypedDict):
    """退票不再支付: what is owed for a claim, came back from the bank, and is booked as never to be paid again."""

    claim: str
    book: str
    person: str
    payee: Payee
    amount: Fen
    too_much: Annotated[Fen, Field(description="booked above what is held for the claim: a line has taken it again")]


class LapsedPayables(TypedDict):
    """退票不再支付清单: by claim."""

    lapsed: list[LapsedPayable]


class ReturnedRow(TypedDict):
    """退票: a line that came back, and why."""

    line: str
    amount: Fen
    reason: ReturnReason


class TakenReturn(TypedDict):
    """回盘结果: what the bank paid of a batch and what came back; ``repeated``: the file had come before."""

    batch: str
    voucher: str
    paid: Fen
    returned: list[ReturnedRow]
    repeated: bool


class Repaid(TypedDict):
    """重拨: the line may be paid again, by the next batch."""

    line: str
    claim: str


class ShownPayee(TypedDict):
    """收款账户: as it stands, and who changed it last."""

    payee: Payee
    version: int
    name: str
    account: str
    bank_code: str
    changed_by: str
    changed_at: datetime


class ChangedPayees(TypedDict):
    """变更账户: how many accounts are now others."""

    changed: int
