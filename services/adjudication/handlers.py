"""What adjudication does with events: it learns who is covered, and decides the claims that were taken in."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple, cast
from uuid import UUID

import orjson

from contracts.catalogue import parse
from contracts.claims import Amounts, ClaimSubmitted, ReviewDecided
from contracts.clawbacks import ClawbackReversed
from contracts.enrollment import DiseaseCertified, Enrolled, StatusChanged, TagChanged
from contracts.envelope import Event
from services.adjudication.decide.judgement import Reviewed, adjudicated
from services.adjudication.desk import Library, Table, lay_out
from services.adjudication.late import Fresh, reconsider
from services.adjudication.reconsidering import orders_of
from services.adjudication.store import claims, cleared, enrolled, invoices, late, records
from services.chassis.unit import Unit

COVER = frozenset({Enrolled.KIND, TagChanged.KIND, DiseaseCertified.KIND, StatusChanged.KIND})
"""What changes a decision when it comes late; money that reaches a personal account late does not."""


class Due(NamedTuple):
    """A claim that is to be decided now, and the event that asks for it; people looked at the amounts ``agreed``."""

    claim: ClaimSubmitted
    event: Event
    round: int
    reviewed: Reviewed
    submitted: date
    agreed: Amounts | None


class Learner:
    """Takes in who is covered, with which tags, illnesses, status and account (from enrollment's log).

    What was decided on facts that are others now is decided again.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    async def __call__(self, unit: Unit, events: Sequence[Event]) -> None:
        """Fold the batch; of the persons in it, look at the claims whose care began to fall under what is new."""
        await enrolled.fold_enrolled(unit.conn, events)
        fresh = _fresh(events)
        if not fresh:
            return
        persons, books = map(list, zip(*fresh, strict=True))
        touched = await late.touched(unit.conn, persons, books, [news.since for news in fresh.values()])
        if not touched:
            return
        await unit.lock(*touched)
        seen = {event.shard: event.seq for event in events}
        async with reconsider(unit, self._library, touched, seen) as look:
            look.of_facts(lambda form: fresh.get((form.person, form.book)))


async def learn_cleared(unit: Unit, events: Sequence[Event]) -> None:
    """Take in for which claims the bank has its order (from payment's log): they are not withdrawn any more."""
    await cleared.fold_cleared(unit.conn, events)


class Adjudicator:
    """Decides what the own log asks for: claims handed in, and claims whose review is settled."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def __call__(self, unit: Unit, events: Sequence[Event]) -> None:
        """Decide every claim of the batch, in order; the locks keep facts, year and positions together."""
        asking = [event for event in events if _asks(event)]
        persons = {event.stream for event in asking}
        orders = await orders_of(unit.conn, events)
        if not persons and not orders:
            return
        seen = await records.hold_cover(unit.conn, persons)
        await unit.lock(*persons, *(order.reconsideration for _, order in orders))
        for cause, order in orders:
            unit.append(order, stream=order.reconsideration, cause=cause)
        waited = await self._waited(unit, asking)
        for again, group in groupby(asking, lambda event: event.kind == ClawbackReversed.KIND or event.id in waited):
            if again:
                for event in group:
                    await self._look_again(unit, event, seen)
            else:
                await self._decide(unit, list(group), seen)

    async def _waited(self, unit: Unit, events: Sequence[Event]) -> set[UUID]:
        """Find the reviews of decisions that waited to take the place of others."""
        said = {event.id: cast(ReviewDecided, parse(event)) for event in events if event.kind == ReviewDecided.KIND}
        if not said:
            return set()
        decisions, about = zip(*((body.decision_id, body.claim) for body in said.values()), strict=True)
        waited = await claims.waiting(unit.conn, decisions, about)
        return {event for event, body in said.items() if body.decision_id in waited}

    async def _look_again(self, unit: Unit, event: Event, seen: dict[int, int]) -> None:
        """Let a decision that waited take the place of the one that stood; turned down, it changes nothing.

        After a clawback that was undone, look at what was decided on the year without that money.
        """
        body = cast(ReviewDecided | ClawbackReversed, parse(event))
        if isinstance(body, ReviewDecided) and body.decision != "approve":
            return
        await unit.flush()
        async with reconsider(unit, self._library, [event.stream], seen) as look:
            if isinstance(body, ReviewDecided):
                look.of_review(body.claim, body.decision_id, event.id)
            else:
                look.after(body.claim, event.id)

    async def _decide(self, unit: Unit, events: Sequence[Event], seen: dict[int, int]) -> None:
        due = await self._due(unit, events)
        used = await invoices.reserve(unit.conn, [(work.claim.invoice, work.claim.claim) for work in due])
        table = await lay_out(unit.conn, self._library, [work.claim for work in due], used, seen)
        for work in due:
            _decide(unit, table, work)

    async def _due(self, unit: Unit, events: Sequence[Event]) -> list[Due]:
        """Gather what is to be decided; a claim that was withdrawn meanwhile is left alone."""
        bodies = [(event, cast(ClaimSubmitted | ReviewDecided, parse(event))) for event in events]
        settled = {body.claim for _, body in bodies if isinstance(body, ReviewDecided)}
        known = await claims.standing(unit.conn, settled) if settled else {}
        looked_at = await claims.pended(unit.conn, settled) if settled else {}
        gone = await claims.cancelled(unit.conn, {body.claim for _, body in bodies})
        due = []
        for event, body in bodies:
            if body.claim in gone:
                continue
            if isinstance(body, ClaimSubmitted):
                due.append(Due(body, event, 1, "no", event.business_date, None))
            else:
                standing = known[body.claim]
                word: Reviewed = "approved" if body.decision == "approve" else "rejected"
                rounds = standing.rounds + 1
                agreed = looked_at.get(body.decision_id)
                due.append(Due(standing.submitted, event, rounds, word, standing.submitted_on, agreed))
        return due


def _asks(event: Event) -> bool:
    return event.kind in (ClaimSubmitted.KIND, ClawbackReversed.KIND) or (
        event.kind == ReviewDecided.KIND and cast(ReviewDecided, parse(event)).final
    )


def _fresh(events: Sequence[Event]) -> dict[tuple[str, str], Fresh]:
    """Tell of each person and book since when something else holds, by the last event that says so."""
    fresh: dict[tuple[str, str], Fresh] = {}
    for event in events:
        if event.kind in COVER:
            body = orjson.loads(event.body)
            day = date.fromisoformat(body["since" if event.kind == StatusChanged.KIND else "begins"])
            key = body["person"], body["book"]
            fresh[key] = Fresh(min(day, fresh[key].since) if key in fresh else day, event.id)
    return fresh


def _decide(unit: Unit, table: Table, work: Due) -> None:
    claim, event = work.claim, work.event
    review: UUID | None = None if work.reviewed == "no" else event.id
    facts = table.facts(claim.claim, claim, work.submitted)
    judgement = table.judge(claim, facts, work.reviewed, work.agreed)
    table.keep(claim.claim, claim, judgement)
    unit.append(
        adjudicated(
            claim,
            facts,
            table.rules.pack_for(claim.book),
            judgement,
            round_=work.round,
            seen=table.records[claim.person].seen,
            review=review,
        ),
        stream=claim.person,
        cause=event.id,
    )
