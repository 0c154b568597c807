"""Make every seal again: its root, balances and cut from the replay, its chain and signature from the record."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contracts.catalogue import parse
from contracts.closing import NO_SEAL, BookDay, DayClosed, MonthClosed, TrialLine, YearClosed
from contracts.days import DayEnded
from contracts.envelope import Event
from services.cli.audit.divergence import Differences
from services.cli.audit.journal import Journal
from services.ledger.decide.merkle import root_of_leaves
from services.ledger.decide.seal import Closed, root_of_seals, seal_bytes, seal_hash
from services.ledger.decide.signature import signed

Marks = Mapping[tuple[str, int, date], tuple[int, str]]
"""Where each shard of each source ended each day: number and hash of its ``DayEnded``."""

SEALS = frozenset({DayClosed.KIND, MonthClosed.KIND, YearClosed.KIND})


def marks_of(source: str, events: Sequence[Event]) -> dict[tuple[str, int, date], tuple[int, str]]:
    """Find the day markers among some events of a source."""
    return {
        (source, event.shard, event.business_date): (event.seq, event.hash.hex())
        for event in events
        if event.kind == DayEnded.KIND
    }


class Seals:
    """The chain of seals, checked one after the other in the order in which they were made."""

    def __init__(
        self, journal: Journal, marks: Marks, keys: Mapping[str, Ed25519PublicKey], found: Differences
    ) -> None:
        self._journal = journal
        self._marks = marks
        self._keys = keys
        self._found = found
        self._previous: dict[type, str] = {}
        self._numbers = 0
        self.days: dict[date, DayClosed] = {}
        self.checked = 0

    def check(self, event: Event) -> None:
        """Check the seal that an event of the ledger's log holds; other events are passed over."""
        body = parse(event) if event.kind in SEALS else None
        if not isinstance(body, DayClosed | MonthClosed | YearClosed):
            return
        self.checked += 1
        where = f"ledger/{event.shard}/{event.seq}"
        self._chained(where, body)
        if isinstance(body, DayClosed):
            self._day(where, body)
        elif isinstance(body, MonthClosed):
            self._found.expect(where, "root of the month", root_of_seals(day.seal for day in body.days), body.root)
            self._covers(where, body)

    def _chained(self, where: str, body: Closed) -> None:
        before = self._previous.get(type(body), NO_SEAL)
        self._found.expect(where, "seal before", before, body.previous)
        self._previous[type(body)] = seal_hash(body)
        good = signed(seal_bytes(body), body.signature, body.kid, self._keys)
        self._found.expect(where, "signature of the seal", True, good)
        self._found.expect(where, "maker and checker are two people", True, body.maker != body.checker)

    def _day(self, where: str, body: DayClosed) -> None:
        expect = self._found.expect
        self._numbers += 1
        self.days[body.day] = body
        leaves = [leaf for _, leaf in sorted(self._journal.leaves.get(body.day, []))]
        expect(where, f"number of the seal of {body.day}", self._numbers, body.number)
        expect(where, f"entries of {body.day}", len(leaves), body.entries)
        expect(where, f"lines of {body.day}", self._journal.lines.get(body.day, 0), body.lines)
        expect(where, f"root of {body.day}", root_of_leaves(leaves).hex(), body.root)
        cut = {(part.source, part.shard): (part.seq, part.hash) for part in body.cut}
        marks = {(s, shard): mark for (s, shard, day), mark in self._marks.items() if day == body.day}
        expect(where, f"cut of {body.day}", sorted(marks.items()), sorted(cut.items()))
        for book in body.books:
            self._book(where, body.day, book)

    def _book(self, where: str, day: date, book: BookDay) -> None:
        replayed = {line.account: line for line in self._trial(book.book, day)}
        for line in book.trial:
            name = f"{book.book} {line.account} on {day}"
            self._found.expect(where, f"balance of {name}", replayed.pop(line.account, None), line)
        self._found.expect(where, f"accounts of {book.book} on {day}", [], sorted(replayed))
        self._found.expect(where, f"debits and credits of {book.book} on {day}", book.debit, book.credit)

    def _trial(self, book: str, day: date) -> list[TrialLine]:
        opening: dict[str, int] = {}
        for earlier, moved in self._journal.moved.items():
            if earlier < day:
                for (owner, account), (debit, credit) in moved.items():
                    if owner == book:
                        opening[account] = opening.get(account, 0) + debit - credit
        today = {account: m for (owner, account), m in self._journal.moved.get(day, {}).items() if owner == book}
        return [
            TrialLine(
                account=account,
                opening=opening.get(account, 0),
                debit=today[account].debit if account in today else 0,
                credit=today[account].credit if account in today else 0,
                closing=opening.get(account, 0)
                + (today[account].debit - today[account].credit if account in today else 0),
            )
            for account in sorted({*opening, *today})
        ]

    def _covers(self, where: str, body: MonthClosed) -> None:
        """A month must hold every sealed day of it, with the root that the day's own seal states."""
        begins = date.fromisoformat(f"{body.month}-01")
        ends = (begins + timedelta(31)).replace(day=1)
        sealed = [(day, seal.root) for day, seal in sorted(self.days.items()) if begins <= day < ends]
        self._found.expect(where, f"days of {body.month}", sealed, [(day.day, day.root) for day in body.days])
