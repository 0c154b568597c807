"""What follows from laying lines together: the event that keeps it, and the open differences that are gone by it."""

from collections.abc import Iterator, Sequence
from datetime import date

from contracts.bank import ExceptionClosed, LinesMatched, Match
from services.ledger.records import BankAccount, Exceptional

ITEMS_PER_EVENT = 5_000

MANUAL = "manual"
"""The rule of a match that two people made by hand."""


def laid(account: BankAccount, day: date, matches: Sequence[Match], maker: str) -> Iterator[LinesMatched]:
    """Keep what the rules matched for ``day``, in events that are not too large."""
    batch: list[Match] = []
    size = 0
    for match in matches:
        batch.append(match)
        size += len(match.bank) + len(match.book)
        if size >= ITEMS_PER_EVENT:
            yield _event(account, day, batch, maker)
            batch, size = [], 0
    if batch:
        yield _event(account, day, batch, maker)


def answered(matches: Sequence[Match], exceptions: Sequence[Exceptional], day: date) -> Iterator[ExceptionClosed]:
    """Close the open differences of these matches' account whose other side has been found."""
    found = {("bank", item) for match in matches for item in match.bank}
    found |= {("book", item) for match in matches for item in match.book}
    for one in exceptions:
        if (one.side, one.item) in found:
            yield ExceptionClosed(
                exception=one.exception,
                bank_account=one.bank_account,
                book=one.book,
                day=day,
                how="matched",
                reason="the other side has it now",
            )


def _event(account: BankAccount, day: date, matches: Sequence[Match], maker: str) -> LinesMatched:
    return LinesMatched(
        bank_account=account.bank_account,
        book=account.book,
        day=day,
        matches=tuple(matches),
        maker=maker,
        checker=None,
    )
