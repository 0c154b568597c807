"""What the ledger says when time is closed: a day, a month, a year was sealed, by two people, with a signature."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, SerializerFunctionWrapHandler, StringConstraints, model_serializer

from contracts.bank import Side
from contracts.days import Source
from contracts.envelope import Body, Part
from contracts.money import SignedFen, SignedSum
from contracts.parked import GivenUp
from contracts.text import BookCode, Code, Day, Digest, LongText, Text

STREAM = "day"
"""The stream of the ledger's log on which days are called to their end, and all that is closed is sealed."""

NO_SEAL = "0" * 64
"""The ``previous`` of the first seal."""

Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Year = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
Signature = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$|^$")]
"""Ed25519, in lower-case hex; empty while unsigned."""


class OwnHead(Part):
    """自身断点: where one shard of the ledger's own log stood when a seal was made: its last row's number and hash.

    An empty shard says 0 and thirty-two zero bytes.
    """

    shard: int = Field(ge=0, lt=16)
    seq: int = Field(ge=0)
    hash: Digest


class Seal(Body):
    """封账: what all seals have in common: where the ledger's own log stood, so that one signature fixes that too.

    ``heads`` are those of all 16 shards, under lock; the seal is the next row. What is written later is fixed by the
    next seal. A field that came later than the first seals is written only where it says something, so a seal that was
    made before there was such a field is read, hashed and verified as the same bytes.
    """

    LATER: ClassVar[frozenset[str]] = frozenset({"heads"})

    heads: tuple[OwnHead, ...] = ()

    @model_serializer(mode="wrap")
    def _written(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        said: dict[str, Any] = write(self)
        return {name: value for name, value in said.items() if value or name not in self.LATER}


class Cut(Part):
    """断点: where one shard of one source stood when the day ended: its end marker's number and hash."""

    source: Source
    shard: int = Field(ge=0, lt=16)
    seq: int = Field(ge=1)
    hash: Digest


class TrialLine(Part):
    """试算平衡: one account: what it held before (debit is positive), what moved, what it holds, fen."""

    account: Text
    opening: SignedSum
    debit: SignedSum
    credit: SignedSum
    closing: SignedSum


class BookDay(Part):
    """账套日结: one book's day. Its vouchers carry the numbers ``first`` … ``first + entries - 1`` of the month."""

    book: BookCode
    entries: int = Field(ge=0)
    first: int = Field(ge=1)
    debit: SignedSum
    credit: SignedSum
    trial: tuple[TrialLine, ...]


class BankDay(Part):
    """银行存款余额调节表, in short: the two balances, what each side has not yet booked, and what is left: zero."""

    bank_account: Code
    statement: Digest
    opening: SignedSum
    closing: SignedSum
    booked: SignedSum
    bank_only: SignedSum
    book_only: SignedSum
    difference: SignedSum


class OpenException(Part):
    """A difference that is carried open into the seal."""

    exception: Code
    bank_account: Code
    side: Side
    item: Text
    amount: SignedFen
    reason: LongText
    owner: Code
    expires: Day


class DayPrepared(Body):
    """日结申请: one person puts a day forward for sealing; ``digest`` names exactly what was seen."""

    KIND: ClassVar[str] = "DayPrepared"

    day: Day
    digest: Digest
    maker: Code


class DayClosed(Seal):
    """日清: the day is sealed. ``root`` covers every entry of it (RFC 6962), ``previous`` the seal before.

    ``checks`` names the gate's checks that held; ``given_up`` the day's events that the ledger never booked;
    ``signature`` is made over ``seal_bytes`` with the key that ``kid`` names.
    """

    KIND: ClassVar[str] = "DayClosed"
    LATER: ClassVar[frozenset[str]] = Seal.LATER | {"given_up"}

    day: Day
    number: int = Field(ge=1)
    previous: Digest
    cut: tuple[Cut, ...]
    entries: int = Field(ge=0)
    lines: int = Field(ge=0)
    books: tuple[BookDay, ...]
    banks: tuple[BankDay, ...]
    exceptions: tuple[OpenException, ...]
    given_up: tuple[GivenUp, ...] = ()
    checks: tuple[Code, ...]
    root: Digest
    maker: Code
    checker: Code
    kid: Code
    signature: Signature

    def control(self) -> tuple[str, int]:
        """Count sealed days, no money."""
        return "", 0


class SealedDay(Part):
    """One day inside a month: its root and the hash of its seal."""

    day: Day
    entries: int
    root: Digest
    seal: Digest


class PeriodPrepared(Body):
    """月结、年结申请: one person puts a month or a year forward for sealing."""

    KIND: ClassVar[str] = "PeriodPrepared"

    period: Text
    digest: Digest
    maker: Code


class BookPeriod(Part):
    """One book's month or year: opening balances, movements, closing balances."""

    book: BookCode
    entries: int
    trial: tuple[TrialLine, ...]


class Aged(Part):
    """账龄: what an account of 暂付 or 暂收 still holds, and since when."""

    book: BookCode
    account: Text
    balance: SignedSum
    since: Day


class MonthClosed(Seal):
    """月结: a month is a fold of its sealed days. ``root`` covers the days' seals in order."""

    KIND: ClassVar[str] = "MonthClosed"

    month: Month
    previous: Digest
    days: tuple[SealedDay, ...]
    books: tuple[BookPeriod, ...]
    aged: tuple[Aged, ...]
    exceptions: tuple[OpenException, ...]
    checks: tuple[Code, ...]
    root: Digest
    maker: Code
    checker: Code
    kid: Code
    signature: Signature


class SealedMonth(Part):
    """One month inside a year."""

    month: Month
    root: Digest
    seal: Digest


class YearClosed(Seal):
    """年结: a year is a fold of its sealed months; closing balances are next year's opening.

    ``books`` hold the closing entries (T31, T32) of the year, whatever day they were booked on. ``aged`` lists what
    暂付 and 暂收 still hold; ``exceptions`` answer for advances that no provider gave back.
    """

    KIND: ClassVar[str] = "YearClosed"
    LATER: ClassVar[frozenset[str]] = Seal.LATER | {"aged", "exceptions"}

    year: Year
    previous: Digest
    months: tuple[SealedMonth, ...]
    books: tuple[BookPeriod, ...]
    aged: tuple[Aged, ...] = ()
    exceptions: tuple[OpenException, ...] = ()
    checks: tuple[Code, ...]
    root: Digest
    maker: Code
    checker: Code
    kid: Code
    signature: Signature
