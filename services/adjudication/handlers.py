"""What adjudication does with events: it learns who is covered, and decides the claims that were taken in."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, cast
from uuid import UUID

from contracts.catalogue import parse
from contracts.claims import ClaimSubmitted, ReviewDecided
from contracts.envelope import Event
from services.adjudication.decide.judgement import Reviewed, adjudicated
from services.adjudication.desk import Library, Table, lay_out
from services.adjudication.store import claims, enrolled, invoices, records
from services.chassis.unit import Unit


class Due(NamedTuple):
    """A claim that is to be decided now, and the event that asks for it."""

    claim: ClaimSubmitted
    event: Event
    round: int
    reviewed: Reviewed
    submitted: date


async def learn(unit: Unit, events: Sequence[Event]) -> None:
    """Take in who is covered, with which tags, illnesses, status and account (from enrollment's log)."""
    await enrolled.fold_enrolled(unit.conn, events)


class Adjudicator:
    """Decides what the own log asks for: claims handed in, and claims whose review is settled."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def __call__(self, unit: Unit, events: Sequence[Event]) -> None:
        """Decide every claim of the batch, in order; the locks keep facts, year and positions together."""
        asking = [event for event in events if _asks(event)]
        persons = {event.stream for event in asking}
        if not persons:
            return
        seen = await records.hold_cover(unit.conn, persons)
        await unit.lock(*persons)
        due = await self._due(unit, asking)
        used = await invoices.reserve(unit.conn, [(work.claim.invoice, work.claim.claim) for work in due])
        table = await lay_out(unit.conn, self._library, [work.claim for work in due], used, seen)
        for work in due:
            _decide(unit, table, work)

    async def _due(self, unit: Unit, events: Sequence[Event]) -> list[Due]:
        """Gather what is to be decided; a claim that was withdrawn meanwhile is left alone."""
        bodies = [(event, cast(ClaimSubmitted | ReviewDecided, parse(event))) for event in events]
        settled = {body.claim for _, body in bodies if isinstance(body, ReviewDecided)}
        known = await claims.standing(unit.conn, settled) if settled else {}
        gone = await claims.cancelled(unit.conn, {body.claim for _, body in bodies})
        due = []
        for event, body in bodies:
            if body.claim in gone:
                continue
            if isinstance(body, ClaimSubmitted):
                due.append(Due(body, event, 1, "no", event.business_date))
            else:
                standing = known[body.claim]
                word: Reviewed = "approved" if body.decision == "approve" else "rejected"
                rounds = standing.rounds + 1
                due.append(Due(standing.submitted, event, rounds, word, standing.submitted_on))
        return due


def _asks(event: Event) -> bool:
    return event.kind == ClaimSubmitted.KIND or (
        event.kind == ReviewDecided.KIND and cast(ReviewDecided, parse(event)).final
    )


def _decide(unit: Unit, table: Table, work: Due) -> None:
    claim, event = work.claim, work.event
    review: UUID | None = None if work.reviewed == "no" else event.id
    facts = table.facts(claim.claim, claim, work.submitted)
    judgement = table.judge(claim, facts, work.reviewed)
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
