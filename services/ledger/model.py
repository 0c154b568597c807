"""What a book is made of: entries (凭证) of lines (分录), and the account balances (余额) that they add up to."""

from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from contracts.envelope import Event

View = Literal["booked", "incurred"]
"""As booked: by business date, what the seals show. As incurred: by the day at the bank."""


class Line(NamedTuple):
    """分录: an amount on one side of one account, and whom it concerns.

    ``side`` is ``D`` (借) or ``C`` (贷); ``amount`` is fen, never zero, negative when red (红字).
    """

    account: str
    side: str
    amount: int
    person: str | None = None
    provider: str | None = None
    batch: str | None = None
    bank_account: str | None = None
    bank_key: str | None = None
    claim: str | None = None

    @property
    def signed(self) -> int:
        """Give the amount as a debit: credits count negative, fen."""
        return self.amount if self.side == "D" else -self.amount


class Entry(NamedTuple):
    """凭证: what one cause does to one book on one day. Its lines balance.

    ``incurred_on`` is the day that it happened at the bank; ``business_date`` the day that it is booked on.
    ``corrects`` names the entry that a red entry takes back.
    """

    id: UUID
    book: str
    business_date: date
    incurred_on: date
    template: str
    cause: UUID
    cause_source: str
    cause_kind: str
    n: int
    summary: str
    corrects: UUID | None
    lines: tuple[Line, ...]

    def debits(self) -> int:
        """Sum of the debit side, fen."""
        return sum([line.amount for line in self.lines if line.side == "D"])

    def moved(self) -> int:
        """金额: what it moves, fen; negative for a correction. A red debit (T11, T21) takes nothing off it."""
        amount = sum([line.signed for line in self.lines if line.signed > 0])
        return amount if self.corrects is None else -amount


class Balance(NamedTuple):
    """发生额: what moved on an account of a book, fen, on one day or over a period."""

    book: str
    account: str
    debit: int
    credit: int

    @property
    def signed(self) -> int:
        """Debit less credit, fen."""
        return self.debit - self.credit


class Posted(NamedTuple):
    """An event and the entries that it made."""

    event: Event
    book: str
    amount: int
    entries: tuple[Entry, ...]


class PostingRefusedError(Exception):
    """An event that cannot be booked: a stable ``code`` and a sentence. It is parked until someone decides."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
