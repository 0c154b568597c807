"""What payment works with: what is due, who is paid where, batches, and the files that go to and come from the bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from contracts.claims import ClaimKind, PayTo
from contracts.clawbacks import FundSplit
from contracts.envelope import Part
from contracts.money import LARGEST_AMOUNT
from contracts.payments import BankFormat, PaymentLine, ReturnReason
from contracts.text import Code, Day, Digest, LongText, Text

FundCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}-[0-9]{3,5}$")]
"""账套 of a fund; a memo register pays nobody."""

AccountName = Annotated[str, StringConstraints(pattern=r"^[^|\x00-\x1f\x7f]{1,60}$", strip_whitespace=True)]
AccountNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{8,32}$")]
BankCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
"""行号 (CNAPS), twelve digits."""

BatchStatus = Literal["proposed", "void", "ordered", "paid"]
"""制单, 作废, 已送银行, 银行已付."""

LineStatus = Literal["proposed", "void", "ordered", "paid", "returned", "repaying"]
"""As the batch; then 退票, and 退票待重拨: it may be paid again by a new line."""

PURPOSES: Mapping[ClaimKind, str] = MappingProxyType(
    {
        "inpatient": "医保住院待遇",
        "outpatient": "医保门诊待遇",
        "chronic": "医保慢特病待遇",
        "single_disease": "医保单病种待遇",
        "bed_day": "医保床日待遇",
    }
)
"""用途 of a bank row, at most 20 characters (procedures 3.5)."""


class Account(Part):
    """收款账户: where a payee's money goes."""

    name: AccountName
    account: AccountNumber
    bank_code: BankCode


class PayeeAccount(Account):
    """One line of a bulk request: the account of ``payee``, a person number or a provider code."""

    payee: Code


@dataclass(frozen=True)
class Payee:
    """A payee's account as it stands in the vault; every change makes a new version."""

    payee: str
    version: int
    name: str
    account: str
    bank_code: str


class BatchOrder(Part):
    """制单: make batches of what is due in ``book``, paid from ``account``; at most ``limit`` lines in all."""

    book: FundCode
    account: Code
    bank: BankFormat = "neutral"
    limit: Annotated[int, Field(strict=True, gt=0, le=100_000)] | None = None


class Reason(Part):
    """Why: a sentence that stays in the log, so no names and no numbers of accounts."""

    reason: Annotated[LongText, Field(min_length=1)]


@dataclass(frozen=True)
class Due:
    """应付: what the fund owes now for one claim; ``repays`` names the returned line that it makes good.

    ``decision`` is the newest event because of which it is owed: a decision, or a clawback that was undone.
    """

    claim: str
    kind: ClaimKind
    person: str
    pay_to: PayTo
    payee: str
    split: FundSplit
    repays: str | None
    decision: UUID


def net(layers: Mapping[str, int]) -> FundSplit:
    """Give what is to be paid by layer, fen, where a claim was decided again after it was paid (补差).

    What one layer has paid above its part now is held against the others, basic first, so that the payee gets the
    difference of the whole and no more; nothing where the whole is not above zero. Between the layers it is settled
    by voucher.
    """
    above = -sum(min(0, amount) for amount in layers.values())
    parts = {}
    for layer in ("basic", "supplement", "critical", "assistance"):
        owed = max(0, layers[layer])
        parts[layer] = max(0, owed - above)
        above = max(0, above - owed)
    return FundSplit(**parts)


@dataclass(frozen=True)
class Batch:
    """拨付批次: ``lines`` in file order, with each line's state and the version of the account it goes to."""

    batch: str
    book: str
    account: str
    bank: BankFormat
    maker: str
    checker: str | None
    status: BatchStatus
    total: int
    ordered_on: date | None
    file_digest: str | None
    bank_voucher: str | None
    lines: tuple[PaymentLine, ...]
    versions: tuple[int, ...]
    states: tuple[LineStatus, ...]
    return_reasons: tuple[ReturnReason | None, ...]


@dataclass(frozen=True)
class OrderRow:
    """One row of a bank file; ``amount`` in fen."""

    seq: int
    name: str
    account: str
    bank_code: str
    amount: int
    purpose: str
    line: str


@dataclass(frozen=True)
class OrderFile:
    """银行文件: what the bank is asked to pay from ``account``."""

    batch: str
    day: date
    account: str
    rows: tuple[OrderRow, ...]


def _whole(value: object) -> object:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise ValueError("this is not a whole number without sign")


def _blank(value: object) -> object:
    return None if value == "" else value


Whole = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=LARGEST_AMOUNT)]
Result = Literal["paid", ReturnReason]


class ReturnHeader(Part):
    """The head of a return file; ``voucher`` is the bank's own number of the movement, ``total`` in fen.

    ``kind`` settled: the bank debited the batch, every row is told. ``kind`` late: rows of a batch that was
    paid before come back.
    """

    batch: Code
    digest: Digest
    kind: Literal["settled", "late"]
    voucher: Code
    value_date: Day
    count: Whole
    total: Whole


class ReturnRow(Part):
    """One row of a return file; a row that is not paid carries the voucher and day on which it was credited back."""

    seq: Whole
    line: Code
    amount: Whole
    result: Result
    voucher: Annotated[Code | None, BeforeValidator(_blank)]
    value_date: Annotated[Day | None, BeforeValidator(_blank)]
    note: Annotated[Text | None, BeforeValidator(_blank)]


@dataclass(frozen=True)
class ReturnFile:
    """银行回盘文件: what the bank did with a batch."""

    header: ReturnHeader
    rows: tuple[ReturnRow, ...]
