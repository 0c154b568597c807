"""What the bank's side and the closing of time are made of, as they stand in the database."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from contracts.bank import Side


class Item(NamedTuple):
    """One open thing of either side of a bank account: signed fen, into the account is positive."""

    ref: str
    day: date
    amount: int
    keys: tuple[str, ...]


class BankAccount(NamedTuple):
    """One bank account of a book."""

    bank_account: str
    book: str
    account: str
    number: str
    since: date


class StatementHead(NamedTuple):
    """A statement without its lines; fen."""

    bank_account: str
    day: date
    number: str
    file_digest: str
    opening: int
    closing: int
    lines: int


class Exceptional(NamedTuple):
    """差异: an open difference that somebody answers for."""

    exception: str
    bank_account: str
    book: str
    day: date
    side: Side
    item: str
    amount: int
    reason: str
    owner: str
    expires: date


class Prepared(NamedTuple):
    """What one person put forward for sealing."""

    digest: str
    maker: str


class Sealed(NamedTuple):
    """A seal, as it stands in the chain; ``entries`` counts days in a month and months in a year."""

    period: str
    previous: str
    hash: str
    root: str
    entries: int


class CalledDay(NamedTuple):
    """A business day that was called to its end."""

    day: date
    next: date


class PaidEntry(NamedTuple):
    """The entry by which a claim was paid, and the day that it is booked on."""

    entry: UUID
    business_date: date


class Carried(NamedTuple):
    """What closing entries booked in a later year do to an account in the year that they close, fen."""

    book: str
    account: str
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        """Give what it does to the balance at the year's end, debit less credit."""
        return self.opening + self.debit - self.credit


class Control(NamedTuple):
    """控制总数: what a source says it sent (count, fen) and what was applied here."""

    source: str
    shard: int
    kind: str
    book: str
    declared: tuple[int, int]
    applied: tuple[int, int]
