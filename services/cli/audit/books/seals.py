"""Make every seal again: its root, figures and ends from the replay, its chain and signature from the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contracts.closing import NO_SEAL, DayClosed, MonthClosed, YearClosed
from contracts.envelope import GENESIS, SHARDS
from contracts.parked import GivenUp
from services.cli.audit.books.figures import Figures
from services.cli.audit.books.gating import Gate
from services.cli.audit.books.journal import DayBook, Journal
from services.cli.audit.books.papers import Moment, Papers
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Place
from services.cli.audit.log.published import Ends
from services.ledger.decide.merkle import root_of_leaves
from services.ledger.decide.period import span_of
from services.ledger.decide.seal import Closed, digest_of, head_of, root_of_seals, seal_bytes, seal_hash
from services.ledger.decide.signature import signed
from services.ledger.records import Sealed

Marks = Mapping[tuple[str, int, date], tuple[int, str]]
"""Where each shard of each source ended each day: number and hash of its ``DayEnded``."""


@dataclass(frozen=True)
class Replayed:
    """What the seals are held against: ``rows`` has the hash of every row of the ledger, by its place.

    ``ends`` is where an archive ends; empty where the logs are whole.
    """

    journal: Journal
    marks: Marks
    given_up: Sequence[GivenUp]
    papers: Papers
    rows: Mapping[Place, str]
    ends: Ends


class Seals:
    """The chain of seals, checked one after the other in the order in which they were made."""

    def __init__(self, replayed: Replayed, keys: Mapping[str, Ed25519PublicKey], found: Differences) -> None:
        self._journal = replayed.journal
        self._given_up = sorted(replayed.given_up, key=lambda one: (one.source, one.shard, one.seq))
        self._marks = replayed.marks
        self._papers = replayed.papers
        self._rows = replayed.rows
        self._keys = keys
        self._figures = Figures(replayed.journal, replayed.papers, found)
        self._gate = Gate(replayed.journal, replayed.papers, found, goes_on=not replayed.ends)
        self._found = found
        self.roots_equal = True
        """Whether every root came out as it was sealed."""
        self._previous: dict[type, str] = {}
        self._made: dict[str, tuple[Closed, str]] = {}
        self._reached: dict[int, int] = {}

    def untold(self) -> list[str]:
        """Say what only the archive of the days after the last sealed one can tell."""
        return [*self._gate.untold()]

    def check(self, row: Row, body: Closed) -> None:
        """Check the seal that a row of the ledger's log holds."""
        place = row.place
        moment = Moment.of(row, body)
        self._chained(place, body)
        self._own_ends(place, body)
        self._made[head_of(body).period] = (body, self._previous[type(body)])
        if isinstance(body, DayClosed):
            self._day(place, body, moment)
        else:
            parts = self._parts(place, body)
            told = self._figures.period(place, body, moment)
            if body.heads:
                self._gate.period(place, moment, span_of(head_of(body).period), self._made.keys(), parts, *told)

    def _chained(self, place: Place, body: Closed) -> None:
        before = self._previous.get(type(body), NO_SEAL)
        self._found.expect(place, "seal before", before, body.previous)
        self._previous[type(body)] = seal_hash(body)
        good = signed(seal_bytes(body), body.signature, body.kid, self._keys)
        self._found.expect(place, "signature of the seal", True, good)
        self._found.expect(place, "maker and checker are two people", True, body.maker != body.checker)
        put_forward = self._papers.prepared.get(head_of(body).period)
        self._found.expect(place, "what was put forward, and by whom", put_forward, (digest_of(body), body.maker))

    def _own_ends(self, place: Place, body: Closed) -> None:
        """Check where the ledger's own log stood: at these rows, not before the last seal's, and right before this."""
        period = head_of(body).period
        heads = {head.shard: head for head in body.heads}
        for shard, reached in self._reached.items():
            forward = shard in heads and heads[shard].seq >= reached
            self._found.expect(place, f"end of ledger/{shard} is not before that of the seal before", True, forward)
        for shard, head in heads.items():
            stands = self._rows.get(Place("ledger", shard, head.seq)) if head.seq else GENESIS.hex()
            self._found.expect(place, f"end of ledger/{shard} when {period} was sealed", stands, head.hash)
            self._reached[shard] = head.seq
        if heads:
            self._found.expect(place, "shards of the ledger in the seal", list(range(SHARDS)), sorted(heads))
            self._found.expect(place, "row before the seal", place.seq - 1, self._reached.get(place.shard))

    def _parts(self, place: Place, body: MonthClosed | YearClosed) -> list[Sealed]:
        """Check that a month or a year is the fold of all that was sealed of it; gives what that is."""
        if isinstance(body, MonthClosed):
            stated = [(str(day.day), day.root, day.seal) for day in body.days]
        else:
            stated = [(one.month, one.root, one.seal) for one in body.months]
        period = head_of(body).period
        kind = DayClosed if isinstance(body, MonthClosed) else MonthClosed
        made = [
            Sealed(part, one.previous, own, one.root, head_of(one).size)
            for part, (one, own) in sorted(self._made.items())
            if isinstance(one, kind) and part.startswith(period)
        ]
        self._root(place, period, root_of_seals(own for _, _, own in stated), body.root)
        self._found.expect(place, f"parts of {period}", [(one.period, one.root, one.hash) for one in made], stated)
        return made

    def _day(self, place: Place, body: DayClosed, moment: Moment) -> None:
        expect = self._found.expect
        book = self._journal.get(body.day, DayBook())
        leaves = book.in_order()
        number = sum(isinstance(seal, DayClosed) for seal, _ in self._made.values())
        expect(place, f"number of the seal of {body.day}", number, body.number)
        expect(place, f"entries of {body.day}", len(leaves), body.entries)
        expect(place, f"lines of {body.day}", book.lines, body.lines)
        self._root(place, f"{body.day}", root_of_leaves(leaves).hex(), body.root)
        never_booked = tuple(one for one in self._given_up if one.day == body.day)
        expect(place, f"events of {body.day} that were given up", never_booked, body.given_up)
        marks = self._source_ends(place, body)
        books = self._figures.day(place, body, moment)
        if body.heads:
            # what came in before a seal can only be told where it states heads
            sealed = {one.day for one, _ in self._made.values() if isinstance(one, DayClosed)}
            self._gate.check(place, moment, body.day, sealed, marks, never_booked, books)

    def _root(self, place: Place, period: str, expected: str, root: str) -> None:
        self.roots_equal &= self._found.expect(place, f"root of {period}", expected, root)

    def _source_ends(self, place: Place, body: DayClosed) -> frozenset[tuple[str, int]]:
        """Compare where the sources ended the day; gives the shards that have."""
        cut: dict[tuple[str, int], tuple[int, str]] = {
            (part.source, part.shard): (part.seq, part.hash) for part in body.cut
        }
        marks = {(source, shard): mark for (source, shard, day), mark in self._marks.items() if day == body.day}
        for where in sorted(marks.keys() | cut.keys()):
            what = f"end of {where[0]}/{where[1]} on {body.day}"
            self._found.expect(place, what, marks.get(where), cut.get(where))
        return frozenset(marks)
