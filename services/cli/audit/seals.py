"""Make every seal again: its root, balances and cut from the replay, its chain and signature from the record."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contracts.closing import NO_SEAL, BookDay, DayClosed, MonthClosed, TrialLine, YearClosed
from contracts.parked import GivenUp
from services.cli.audit.divergence import Differences, Place
from services.cli.audit.journal import Account, DayBook, Journal
from services.cli.audit.papers import Papers, bank_day, open_differences
from services.ledger.decide.merkle import root_of_leaves
from services.ledger.decide.seal import Closed, digest_of, head_of, root_of_seals, seal_bytes, seal_hash
from services.ledger.decide.signature import signed

Marks = Mapping[tuple[str, int, date], tuple[int, str]]
"""Where each shard of each source ended each day: number and hash of its ``DayEnded``."""

KINDS = frozenset({DayClosed.KIND, MonthClosed.KIND, YearClosed.KIND})


class Seals:
    """The chain of seals, checked one after the other in the order in which they were made."""

    def __init__(
        self,
        journal: Journal,
        marks: Marks,
        given_up: Sequence[GivenUp],
        papers: Papers,
        keys: Mapping[str, Ed25519PublicKey],
        found: Differences,
    ) -> None:
        self._journal = journal
        self._given_up = sorted(given_up, key=lambda one: (one.source, one.shard, one.seq))
        self._marks = marks
        self._papers = papers
        self._keys = keys
        self._found = found
        self._previous: dict[type, str] = {}
        self._balances: Counter[Account] = Counter()
        self._carried = date.min
        self._made: dict[str, tuple[Closed, str]] = {}

    def check(self, place: Place, body: Closed) -> None:
        """Check the seal that a row of the ledger's log holds."""
        self._chained(place, body)
        self._made[head_of(body).period] = (body, self._previous[type(body)])
        if isinstance(body, DayClosed):
            self._day(place, body)
        elif isinstance(body, MonthClosed):
            self._found.expect(place, "root of the month", root_of_seals(day.seal for day in body.days), body.root)
            self._found.expect(
                place,
                f"days of {body.month}",
                self._sealed(body.month, DayClosed),
                [(str(day.day), day.root, day.seal) for day in body.days],
            )
        else:
            self._found.expect(place, "root of the year", root_of_seals(one.seal for one in body.months), body.root)
            self._found.expect(
                place,
                f"months of {body.year}",
                self._sealed(body.year, MonthClosed),
                [(one.month, one.root, one.seal) for one in body.months],
            )

    def _chained(self, place: Place, body: Closed) -> None:
        before = self._previous.get(type(body), NO_SEAL)
        self._found.expect(place, "seal before", before, body.previous)
        self._previous[type(body)] = seal_hash(body)
        good = signed(seal_bytes(body), body.signature, body.kid, self._keys)
        self._found.expect(place, "signature of the seal", True, good)
        self._found.expect(place, "maker and checker are two people", True, body.maker != body.checker)
        put_forward = self._papers.prepared.get(head_of(body).period)
        self._found.expect(place, "what was put forward, and by whom", put_forward, (digest_of(body), body.maker))

    def _sealed(self, period: str, kind: type[DayClosed] | type[MonthClosed]) -> list[tuple[str, str, str]]:
        """Give the seals made so far that a period must be the fold of: all of it, with their roots and hashes."""
        return [
            (part, body.root, own)
            for part, (body, own) in sorted(self._made.items())
            if isinstance(body, kind) and part.startswith(period)
        ]

    def _day(self, place: Place, body: DayClosed) -> None:
        expect = self._found.expect
        book = self._journal.get(body.day, DayBook())
        leaves = book.in_order()
        number = sum(isinstance(seal, DayClosed) for seal, _ in self._made.values())
        expect(place, f"number of the seal of {body.day}", number, body.number)
        expect(place, f"entries of {body.day}", len(leaves), body.entries)
        expect(place, f"lines of {body.day}", book.lines, body.lines)
        expect(place, f"root of {body.day}", root_of_leaves(leaves).hex(), body.root)
        never_booked = tuple(one for one in self._given_up if one.day == body.day)
        expect(place, f"events of {body.day} that were given up", never_booked, body.given_up)
        cut: dict[tuple[str, int], tuple[int, str]] = {
            (part.source, part.shard): (part.seq, part.hash) for part in body.cut
        }
        marks: dict[tuple[str, int], tuple[int, str]]
        marks = {(s, shard): mark for (s, shard, day), mark in self._marks.items() if day == body.day}
        for where in sorted(marks.keys() | cut.keys()):
            expect(place, f"end of {where[0]}/{where[1]} on {body.day}", marks.get(where), cut.get(where))
        self._carry(body.day)
        for one in body.books:
            self._book(place, body.day, one, book)
        self._bank(place, body, book)

    def _carry(self, day: date) -> None:
        """Bring the balances forward to the evening before a day. Days are sealed in order."""
        for earlier in sorted(self._journal):
            if self._carried <= earlier < day:
                self._balances.update(self._journal[earlier].debits)
                self._balances.subtract(self._journal[earlier].credits)
        self._carried = max(self._carried, day)

    def _book(self, place: Place, day: date, sealed: BookDay, book: DayBook) -> None:
        replayed = {line.account: line for line in self._trial(sealed.book, book)}
        for line in sealed.trial:
            name = f"{sealed.book} {line.account} on {day}"
            self._found.expect(place, f"balance of {name}", replayed.pop(line.account, None), line)
        self._found.expect(place, f"accounts of {sealed.book} on {day}", [], sorted(replayed))
        self._found.expect(place, f"debits and credits of {sealed.book} on {day}", sealed.debit, sealed.credit)

    def _bank(self, place: Place, body: DayClosed, book: DayBook) -> None:
        """Reconcile every bank account again, and list what is open."""
        for one in body.banks:
            account = self._papers.accounts.get(one.bank_account)
            booked = 0 if account is None else self._balances[account] + book.debits[account] - book.credits[account]
            again = bank_day(self._papers, one.bank_account, body.day, booked)
            self._found.expect(place, f"reconciliation of {one.bank_account} on {body.day}", again, one)
        known = tuple(one for one in body.exceptions if one.side != "balance")
        open_ones = open_differences(self._papers, body.day)
        self._found.expect(place, f"differences with the bank on {body.day}", open_ones, known)

    def _trial(self, name: str, book: DayBook) -> Sequence[TrialLine]:
        known = {*self._balances, *book.debits, *book.credits}
        accounts = {account for owner, account in known if owner == name}
        lines = []
        for account in sorted(accounts):
            opening = self._balances[name, account]
            debit, credit = book.debits[name, account], book.credits[name, account]
            closing = opening + debit - credit
            lines.append(TrialLine(account=account, opening=opening, debit=debit, credit=credit, closing=closing))
        return lines
