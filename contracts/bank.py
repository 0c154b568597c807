"""What the ledger says about the bank: an account exists, a statement came in, lines agree, a difference is known."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.envelope import Body, Part
from contracts.money import SignedFen
from contracts.text import BookCode, Code, Day, Digest, LongText, Text

StatementFormat = Literal["camt.053", "mt940", "csv"]

MAX_STATEMENT_LINES = 5_000


class BankAccountOpened(Body):
    """开立银行账户: from ``since`` on every day needs this account's statement.

    ``account`` is the ledger account that it is the other half of (1002 收入户, 1003 财政专户, 1004 支出户);
    ``number`` is the number that the bank prints on its statements.
    """

    KIND: ClassVar[str] = "BankAccountOpened"

    bank_account: Code
    book: BookCode
    account: Code
    number: Text
    since: Day

    def control(self) -> tuple[str, int]:
        """Count accounts, no money."""
        return self.book, 0


class BankLine(Part):
    """银行流水: one line of a statement, in is positive. Names and free text stay outside."""

    n: int = Field(ge=1)
    booked: Day
    value: Day
    amount: SignedFen
    serial: Text | None
    keys: tuple[Code, ...]


class StatementImported(Body):
    """银行对账单: one account's statement of ``day``; opening and lines make closing, to the fen.

    It comes in after the day was called to its end, so its own business date is a later one.
    """

    KIND: ClassVar[str] = "StatementImported"

    bank_account: Code
    book: BookCode
    day: Day
    format: StatementFormat
    number: Text
    file_digest: Digest
    opening: SignedFen
    closing: SignedFen
    lines: Annotated[tuple[BankLine, ...], Field(max_length=MAX_STATEMENT_LINES)]

    def control(self) -> tuple[str, int]:
        """Count what moved, in less out."""
        return self.book, sum(line.amount for line in self.lines)


ItemRef = Annotated[str, Field(min_length=1, max_length=120)]
"""One side of a reconciliation: ``<day>/<n>`` of a bank line, or ``<day>/<key>`` of what we booked under a key.

``<day>/0`` is what the bank held before the first statement of an account.
"""


class Match(Part):
    """勾对: bank lines and booked items that are the same money; both sides sum to ``amount``."""

    rule: Code
    bank: tuple[ItemRef, ...]
    book: tuple[ItemRef, ...]
    amount: SignedFen


class LinesMatched(Body):
    """对账勾对: these belong together, seen at the end of ``day``. By rule, or by hand and two people."""

    KIND: ClassVar[str] = "LinesMatched"

    bank_account: Code
    book: BookCode
    day: Day
    matches: Annotated[tuple[Match, ...], Field(min_length=1)]
    maker: Code
    checker: Code | None

    def control(self) -> tuple[str, int]:
        """Count matched money."""
        return self.book, sum(match.amount for match in self.matches)


class MatchProposed(Body):
    """手工勾对申请: one person says that these belong together; another one must agree."""

    KIND: ClassVar[str] = "MatchProposed"

    proposal: Code
    bank_account: Code
    book: BookCode
    day: Day
    match: Match
    reason: LongText
    maker: Code

    def control(self) -> tuple[str, int]:
        """Count proposals, no money."""
        return self.book, 0


Side = Literal["bank", "book", "balance"]
"""银行已记我方未记, 我方已记银行未记, or an account that should be empty and is not (收入户)."""


class OpenDifference(Body):
    """对账差异: an open difference with its reason, the person who follows it up, and the day it may not outlive."""

    exception: Code
    bank_account: Code
    book: BookCode
    day: Day
    side: Side
    item: ItemRef
    amount: SignedFen
    reason: Annotated[LongText, Field(min_length=1)]
    owner: Code
    expires: Day


class ExceptionProposed(OpenDifference):
    """差异申请: one person answers for a balance that should not stand; nothing passes until another agrees."""

    KIND: ClassVar[str] = "ExceptionProposed"

    maker: Code

    def control(self) -> tuple[str, int]:
        """Count proposals, no money."""
        return self.book, 0


class ExceptionOpened(OpenDifference):
    """差异登记: a difference is open from ``day`` on.

    What lets a balance pass was proposed by ``maker`` and approved by ``checker``, another person. A line of the bank
    or of ours that the other side has not is registered by one person (both are null): it takes nothing out of the
    reconciliation, and the seal lists it for those who seal.
    """

    KIND: ClassVar[str] = "ExceptionOpened"

    maker: Code | None = None
    checker: Code | None = None

    def control(self) -> tuple[str, int]:
        """Count open differences."""
        return self.book, self.amount


class ExceptionClosed(Body):
    """差异消除: the difference is gone, and how. ``day`` is the first day that is free of it."""

    KIND: ClassVar[str] = "ExceptionClosed"

    exception: Code
    bank_account: Code
    book: BookCode
    day: Day
    how: Literal["matched", "withdrawn"]
    reason: LongText

    def control(self) -> tuple[str, int]:
        """Count closed differences, no money."""
        return self.book, 0
