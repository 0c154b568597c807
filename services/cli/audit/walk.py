"""Walk through one shard from its first row to its last, checking everything that can be checked on the way."""

from collections import Counter
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, islice
from typing import Literal, NamedTuple

from contracts.claims import Adjudicated, ClaimSubmitted
from contracts.clawbacks import ClawbackReversed
from contracts.closing import DayClosed, MonthClosed, YearClosed
from contracts.days import DayEnded
from contracts.envelope import Body
from contracts.parked import EventGivenUp, GivenUp
from contracts.topics import Service
from services.cli.audit.batches import Lapses, Moved, Payments
from services.cli.audit.books.journal import Bookkeeper, DayBook
from services.cli.audit.books.papers import Papers
from services.cli.audit.claims.agreements import Agreements
from services.cli.audit.claims.decisions import Decisions
from services.cli.audit.claims.dossier import Dossiers, Said
from services.cli.audit.claims.oversight import About, Cited, Oversight
from services.cli.audit.claims.standing import Standing
from services.cli.audit.claims.takings import Takings
from services.cli.audit.log.chain import Row, read_chain
from services.cli.audit.log.divergence import Differences, Place
from services.cli.audit.log.published import Ends, Rules
from services.cli.audit.log.reading import body_of
from services.cli.audit.log.source import LogSource

SEALS = frozenset({DayClosed.KIND, MonthClosed.KIND, YearClosed.KIND})

BATCH = 64
"""Rows that are taken through every step together: a processor does one thing often faster than many things in turn."""

Booked = tuple[Row, Body | None]
"""A row and its body, if it has been read and could be."""


class Way(NamedTuple):
    """What is walked at once: ``people`` is one shard of enrollment and of adjudication, for persons are in both."""

    through: Literal["people", "payment", "ledger"]
    shard: int


@dataclass
class Walked:
    """What a walk has seen, so far as it matters beyond its shard. Money is fen."""

    found: Differences = field(default_factory=Differences)
    events: int = 0
    decisions: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)
    journal: dict[date, DayBook] = field(default_factory=dict)
    marks: dict[tuple[str, int, date], tuple[int, str]] = field(default_factory=dict)
    approved: dict[str, int] = field(default_factory=dict)
    paid: dict[str, tuple[str, int]] = field(default_factory=dict)
    held: list[Moved] = field(default_factory=list)
    lapses: Lapses = field(default_factory=Lapses)
    seals: list[Row] = field(default_factory=list)
    papers: Papers = field(default_factory=Papers)
    given_up: list[tuple[Place, GivenUp]] = field(default_factory=list)
    """Where a service says that it gave an event up, and what it says."""
    about: dict[str, About] = field(default_factory=dict)
    cited: list[Cited] = field(default_factory=list)
    """The findings about providers, and the clawbacks that name one of another shard."""
    named: dict[Place, str] = field(default_factory=dict)
    """The hash of every row that somebody names: of what was given up, and of the ledger's own, for its seals."""
    ends: Ends = field(default_factory=dict)


class Walk:
    """One walk; it ends with ``walked``."""

    def __init__(self, source: LogSource, way: Way, rules: Rules) -> None:
        self.walked = Walked(ends=rules.ends)
        self._source = source
        self._way = way
        self._rules = rules
        self._found = self.walked.found
        self._books = Bookkeeper(rules.charts, rules.given_up["ledger"], self._found)
        self._agreements = Agreements()
        self._named = frozenset(place for places in rules.given_up.values() for place in places)

    def go(self) -> Walked:
        """Walk to the end."""
        match self._way.through:
            case "people":
                self._people()
            case "payment":
                self._payment()
            case "ledger":
                self._ledger()
        self.walked.journal = self._books.days
        return self.walked

    def decisions(self, dossiers: Dossiers) -> Decisions:
        """Give who decides the claims of the shard again."""
        return Decisions(dossiers, self._rules, self._found)

    def _rows(self, service: Service, again: Container[str] = ()) -> Iterator[Row]:
        shard, walked, named = self._way.shard, self.walked, self._named
        for row in read_chain(service, shard, self._source.lines(service, shard), self._found, again):
            walked.events += 1
            if row.kind == DayEnded.KIND:
                walked.marks[service, shard, row.business_date] = (row.place.seq, row.hash)
            if named and row.place in named:
                walked.named[row.place] = row.hash
            yield row

    def _body(self, row: Row) -> Body | None:
        body = body_of(row, self._found)
        if row.kind == EventGivenUp.KIND and isinstance(body, EventGivenUp):
            self.walked.given_up.append((row.place, body.given_up))
        return body

    def _batches(self, service: Service, again: Container[str] = ()) -> Iterator[list[Booked]]:
        """Read rows with their bodies, many at once."""
        rows = self._rows(service, again)
        while batch := list(islice(rows, BATCH)):
            yield [(row, None if row.kind in again else self._body(row)) for row in batch]

    def _enrolled(self) -> Iterator[Said]:
        never_seen = self._rules.given_up["adjudication"]
        for batch in self._batches("enrollment"):
            self._books.post(batch)
            for row, body in batch:
                yield Said(row.place.seq, None if row.place in never_seen else body)

    def _people(self) -> None:
        dossiers = Dossiers(self._enrolled())
        decisions, takings = self.decisions(dossiers), Takings()
        oversight = Oversight(self._rules, decisions.standing, self._found)
        for read in self._batches("adjudication", again=(Adjudicated.KIND,)):
            batch = self._within(read)
            booked: list[Booked] = []
            for made_again, group in groupby(batch, key=_is_made_again):
                if made_again:
                    booked += self._decide([row for row, _ in group], decisions, takings)
                else:
                    booked += [self._taken(row, body, decisions, takings, oversight) for row, body in group]
            self._books.post(booked)
        dossiers.finish()
        takings.finish(self._found)
        self.walked.decisions = decisions.count
        self.walked.about, self.walked.cited = oversight.about_providers(), oversight.cited()
        self._count(decisions.standing.values())

    def _within(self, batch: list[Booked]) -> list[Booked]:
        """Leave out what adjudication said after the archive's end: it is not judged, but what it approved is paid."""
        end = self._rules.ends.get(("adjudication", self._way.shard))
        if end is None or not batch or batch[-1][0].place.seq <= end:
            return batch
        for row, body in batch:
            if row.place.seq > end:
                self._approve(row, body_of(row.unread(), self._found) if _is_made_again((row, body)) else body)
        return [one for one in batch if one[0].place.seq <= end]

    def _approve(self, row: Row, decision: Body | None) -> None:
        """Keep what may be paid because of a row."""
        approved = self.walked.approved
        if isinstance(decision, Adjudicated) and decision.outcome == "approved":
            fund = decision.amounts.fund
            approved[row.id] = fund
            approved[decision.claim] = max(approved.get(decision.claim, 0), fund)
        elif isinstance(decision, ClawbackReversed):
            # what is given back may be paid together with what was never paid of that decision
            approved[row.id] = approved.get(str(decision.decision_id), 0)

    def _decide(self, rows: Sequence[Row], decisions: Decisions, takings: Takings) -> list[Booked]:
        """Decide again what rows decided; gives what is to be booked."""
        booked = list(zip(rows, decisions.decide(rows), strict=True))
        for row, decision in booked:
            self._approve(row, decision)
            if decision is not None:
                takings.decide(row, decision)
        return [*booked]

    def _taken(
        self, row: Row, body: Body | None, decisions: Decisions, takings: Takings, oversight: Oversight
    ) -> Booked:
        """Check what another row of adjudication says; gives what is to be booked."""
        if body is not None:
            oversight.take_in(row, body)
        if row.kind == ClaimSubmitted.KIND and isinstance(body, ClaimSubmitted):
            decisions.hand_in(row, body)
        elif body is not None:
            self._agreements.take_in(row, body, self._found)
            takings.take_in(row, body, self._found)
            decisions.note(row, body)
        self._approve(row, body)
        return row, body

    def _count(self, standing: Collection[Standing]) -> None:
        amounts = [one.amounts for one in standing]
        self.walked.outcomes.update([one.outcome for one in standing])
        self.walked.totals.update(
            billed=sum([one.total for one in amounts]),
            fund=sum([one.fund for one in amounts]),
            hospital=sum([one.hospital for one in amounts]),
            person=sum([one.person for one in amounts]),
        )

    def _payment(self) -> None:
        payments = Payments()
        for batch in self._batches("payment"):
            for row, body in batch:
                if body is not None:
                    payments.take_in(row, body, self._found)
            self._books.post(batch)
        self.walked.paid, self.walked.held = dict(payments.paid()), payments.held

    def _ledger(self) -> None:
        for row in self._rows("ledger"):
            self.walked.named[row.place] = row.hash
            if row.kind in SEALS:
                self.walked.seals.append(row)
                continue
            body = self._body(row)
            if body is not None:
                self.walked.papers.take_in(row, body, self._found)
                self.walked.lapses.take_in(row, body)
            self._books.post([(row, body)])


def _is_made_again(one: Booked) -> bool:
    return one[0].kind == Adjudicated.KIND
