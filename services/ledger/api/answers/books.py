"""The books as they are answered (账簿): balances, lines, entries, registers, the public notice."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from contracts.ledger import Side
from contracts.money import SignedFen, SignedSum
from contracts.topics import Service
from services.ledger.decide.chart import Family

Next = Annotated[str | None, Field(description="where the next page begins; null behind the last")]


class Book(TypedDict):
    """账套: its kind, and the codes of its bank accounts by name."""

    book: str
    name: str
    family: Family
    bank_accounts: dict[str, str | None]


class Books(TypedDict):
    """账套: those that were ever posted to."""

    books: list[Book]


class TrialRow(TypedDict):
    """试算平衡: one account; opening and closing are signed to its usual side."""

    account: str
    name: str
    direction: Annotated[str, Field(description="the usual side")]
    opening: SignedSum
    debit: SignedSum
    credit: SignedSum
    closing: SignedSum


class TrialBalance(TypedDict):
    """试算平衡表: the rows and their totals; both differences are zero."""

    rows: list[TrialRow]
    debit: SignedSum
    credit: SignedSum
    difference: SignedSum
    closing_difference: SignedSum


class _Line(TypedDict):
    account: str
    side: Side
    amount: Annotated[SignedFen, Field(description="分 (fen), negative is 红字")]
    person: str | None
    provider: str | None
    batch: str | None
    bank_account: str | None
    bank_key: str | None
    claim: str | None


class EntryLine(_Line):
    """分录: an amount on one side of one account, and whom it concerns."""


class Entry(TypedDict):
    """凭证, with its lines and the event that caused it; ``corrects`` names the entry that a red one takes back."""

    id: UUID
    book: str
    business_date: date
    incurred_on: date
    template: str
    cause: UUID
    cause_source: Service
    cause_kind: str
    n: int
    summary: str
    corrects: UUID | None
    lines: list[EntryLine]


class BookedLine(_Line):
    """明细: a line with its entry, the event that caused it and the claim it concerns."""

    business_date: date
    entry: UUID
    n: int
    book: str
    incurred_on: date
    template: str
    summary: str
    cause: UUID
    cause_source: Service
    cause_kind: str
    corrects: UUID | None
    event: str
    opens: str
    claim_opens: str | None


class AccountLedger(TypedDict):
    """明细账: a page of lines between the opening and the closing balance, debit less credit."""

    accounts: list[str]
    opening: SignedSum
    closing: SignedSum
    lines: list[BookedLine]
    next: Next


class BankDay(TypedDict):
    """日记账: previous balance + receipts - payments = balance."""

    day: date
    previous: SignedSum
    receipts: SignedSum
    payments: SignedSum
    balance: SignedSum


class DayBook(TypedDict):
    """银行存款日记账."""

    bank_account: str | None
    days: list[BankDay]


class Register(TypedDict):
    """台账, a page of it."""

    title: str
    accounts: list[str]
    lines: list[BookedLine]
    next: Next


class ClaimLines(TypedDict):
    """All that the books say of a claim."""

    claim: str
    lines: list[BookedLine]


class Notice(TypedDict):
    """公示: what was paid to whom, the name and number masked."""

    day: date
    name: str
    person: str
    benefit: str
    amount: SignedFen


class Notices(TypedDict):
    """公示, a page of it; ``total`` is that of the page."""

    notices: list[Notice]
    total: SignedSum
    next: Next
