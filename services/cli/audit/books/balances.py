"""The replayed journal added up: what every account held before any span of days, what moved in it, what it holds."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from contracts.closing import Aged, TrialLine
from services.cli.audit.books.journal import LEAF_BYTES, Account, Journal

BETWEEN_BOOKS = ("1101", "2001")
"""暂付 and 暂收: a seal says since when they hold what they hold."""

DAY = timedelta(days=1)


class Sums(NamedTuple):
    """All that was ever debited and credited up to the end of a day on which something moved, fen."""

    day: date
    debit: int
    credit: int


NOTHING = Sums(date.min, 0, 0)


class Balances:
    """余额: every account's sums, day by day."""

    def __init__(self, journal: Journal) -> None:
        self._sums: dict[Account, list[Sums]] = {}
        self._entries: defaultdict[str, list[tuple[date, int]]] = defaultdict(list)
        for day in sorted(journal):
            book = journal[day]
            for account in book.debits.keys() | book.credits.keys():
                sums = self._sums.setdefault(account, [NOTHING])
                _, debit, credit = sums[-1]
                sums.append(Sums(day, debit + book.debits[account], credit + book.credits[account]))
            for (name, _), leaves in book.leaves.items():
                self._entries[name].append((day, len(leaves) // LEAF_BYTES))

    def held(self, account: Account, day: date) -> int:
        """Give what an account held at the end of a day, debit less credit, fen."""
        _, debit, credit = self._until(account, day)
        return debit - credit

    def entries(self, book: str, begins: date, ends: date) -> int:
        """Count the entries of a book in a span of days."""
        return sum(count for day, count in self._entries[book] if begins <= day <= ends)

    def trial(self, begins: date, ends: date) -> dict[str, tuple[TrialLine, ...]]:
        """试算平衡: give every book's accounts that moved by the end of a span: opening, movement, closing, fen."""
        books: defaultdict[str, list[TrialLine]] = defaultdict(list)
        for book, account in sorted(self._sums):
            before = self._until((book, account), begins - DAY)
            after = self._until((book, account), ends)
            if after.day > NOTHING.day:
                opening = before.debit - before.credit
                debit, credit = after.debit - before.debit, after.credit - before.credit
                closing = opening + debit - credit
                line = TrialLine(account=account, opening=opening, debit=debit, credit=credit, closing=closing)
                books[book].append(line)
        return {book: tuple(lines) for book, lines in books.items()}

    def aged(self, day: date) -> list[Aged]:
        """账龄: give what 暂付 and 暂收 hold at the end of a day, and since when, by book and account."""
        found = []
        for book, account in sorted(self._sums):
            if account.startswith(BETWEEN_BOOKS):
                since = _since(one for one in self._sums[book, account] if one.day <= day)
                if since is not None:
                    balance = self.held((book, account), day)
                    found.append(Aged(book=book, account=account, balance=balance, since=since))
        return found

    def _until(self, account: Account, day: date) -> Sums:
        sums = self._sums.get(account, [NOTHING])
        return sums[bisect_right(sums, day, key=_day) - 1]


def _day(sums: Sums) -> date:
    return sums.day


def _since(sums: Iterable[Sums]) -> date | None:
    """Find the first day from which the balance was never zero again; None where it is zero."""
    since = None
    for day, debit, credit in sums:
        since = (since or day) if debit != credit else None
    return since
