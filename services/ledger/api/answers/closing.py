"""The bank's side and the closing as they are answered (对账, 日清月结)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, JsonValue
from typing_extensions import TypedDict

from contracts.bank import Side
from contracts.money import SignedFen, SignedSum
from contracts.text import Digest
from services.chassis.errors import FaultDocument

SealText = Annotated[
    dict[str, JsonValue],
    Field(description="封账: DayClosed, MonthClosed or YearClosed, as contracts/schemas describes it"),
]


class ShownAccount(TypedDict):
    """银行账户: of a book, since when."""

    bank_account: str
    book: str
    account: str
    number: str
    since: date


class OpenedAccount(TypedDict):
    """开立银行账户."""

    bank_account: str


class TakenStatement(TypedDict):
    """银行对账单: ``lines`` counts them."""

    day: date
    number: str
    opening: SignedSum
    closing: SignedSum
    lines: int


class TakenStatements(TypedDict):
    """银行对账单: those of the file."""

    statements: list[TakenStatement]


class Timing(TypedDict):
    """未达账项: what one side has and the other has not; ``explained`` is the day on which the other side had it."""

    side: Side
    item: str
    day: date
    amount: SignedFen
    explained: date | None
    exception: str | None


class ShownReconciliation(TypedDict):
    """银行存款余额调节表: both adjusted balances are equal where ``difference`` is zero."""

    bank_account: str
    day: date
    bank_balance: SignedSum
    book_balance: SignedSum
    bank_only: SignedSum
    book_only: SignedSum
    adjusted_bank: SignedSum
    adjusted_book: SignedSum
    difference: SignedSum
    timing: list[Timing]


class Matched(TypedDict):
    """手工勾对: the number of the proposal, and what both sides sum to."""

    proposal: str
    amount: SignedFen


class OpenedException(TypedDict):
    """差异登记: what lets a balance pass is only proposed until the chief accountant agrees."""

    exception: str
    day: date
    amount: SignedFen
    status: Literal["open", "proposed"]


class ClosedException(TypedDict):
    """差异撤销."""

    exception: str
    day: date


class OpenException(TypedDict):
    """差异: an open item, why it is open, who follows it up, until when."""

    exception: str
    bank_account: str
    book: str
    day: date
    side: Side
    item: str
    amount: SignedFen
    reason: str
    owner: str
    expires: date


class EndedDay(TypedDict):
    """日终: the day that ended, and the one that opened."""

    day: date
    next: date


class Seal(TypedDict):
    """封账, as it stands in the chain; ``entries`` counts days in a month and months in a year."""

    period: str
    previous: Digest
    hash: Digest
    root: Digest
    entries: int


class Days(TypedDict):
    """The open day, the first one that waits for its seal, and the chain of seals, oldest first."""

    open: date
    first_unsealed: date | None
    sealed: list[Seal]


class _Prepared(TypedDict):
    ready: bool
    missing: list[FaultDocument]
    digest: Annotated[Digest | None, Field(description="names what would be sealed; null while something is missing")]


class PreparedDay(_Prepared):
    """日结申请: what was matched, and what is missing."""

    day: date
    matches: int
    root: Digest | None
    entries: int | None


class PreparedPeriod(_Prepared):
    """月结、年结申请: what is missing."""

    period: str


class ReceiptSeal(TypedDict):
    """The short form of a seal, which is what is signed."""

    period: str
    previous: Digest
    root: Digest
    size: int
    content: Digest
    kid: str


class Receipt(TypedDict):
    """回执: proof that an entry stands in a sealed day; ``path`` and ``signature`` in base64.

    What all lines of the entry say alike stands once, under ``every``.
    """

    receipt: Literal[1]
    claim: str
    entry: dict[str, JsonValue]
    every: dict[str, JsonValue]
    index: int
    path: str
    seal: ReceiptSeal
    signature: str
