"""Look up what late facts touch (迟到的事实): the claims of a person with the decision that stands on each."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from contracts.claims import Adjudicated, ClaimSubmitted
from contracts.clawbacks import Clawback
from services.adjudication.store.claims import Decision
from services.chassis.postgres import Connection


class Past(NamedTuple):
    """A claim with the decision that stands, and what was taken back from it since.

    ``agreed`` are the clawbacks that people agreed to and that were not undone, as they were made: of the decision
    that stands, or of an older one. ``place`` is the position in the shard at which it was first approved, None if it
    never was. ``waiting`` is the last decision of all, where that one waits, or waited in vain, to take the place of
    the other.
    """

    form: ClaimSubmitted
    submitted_on: date
    rounds: int
    place: int | None
    decision: Decision
    taken: tuple[Clawback, ...]
    agreed: tuple[Clawback, ...]
    waiting: Decision | None


async def touched(
    connection: Connection, persons: Sequence[str], books: Sequence[str], days: Sequence[date]
) -> set[str]:
    """Tell which persons have a decided claim in the book with care on or after the day, row by row."""
    return {row["person"] for row in await connection.fetch(_TOUCHED, persons, books, days)}


async def pasts(connection: Connection, persons: Collection[str]) -> list[Past]:
    """Read the claims of these persons whose decision stands approved or denied, the first approved first.

    Left out are claims that were withdrawn, and those that people turned down.
    """
    rows = await connection.fetch(_PASTS, list(persons))
    return [
        Past(
            ClaimSubmitted.model_validate_json(row["form"]),
            row["business_date"],
            row["rounds"],
            row["place"],
            _decision(row["id"], row["hash"], row["decided"]),
            tuple(Clawback.model_validate_json(body) for body in row["taken"]),
            tuple(Clawback.model_validate_json(body) for body in row["agreed"]),
            None if row["waiting"] is None else _decision(row["waiting_id"], row["waiting_hash"], row["waiting"]),
        )
        for row in rows
    ]


def _decision(key: UUID, digest: bytes, body: str) -> Decision:
    return Decision(key, digest.hex(), Adjudicated.model_validate_json(body))


_TOUCHED = """
select distinct claim.person
from unnest($1::text[], $2::text[], $3::date[]) as said (person, book, day)
join state.claim as claim
    on claim.person = said.person and claim.book = said.book and claim.service_date >= said.day
where not exists (select from state.undecided as fresh where fresh.claim = claim.claim)
"""

_PASTS = """
select
    submitted.body as form, claim.business_date, stands.id, stands.hash, decided.body as decided, newest.rounds,
    newest.place, last.id as waiting_id, last.hash as waiting_hash, waiting.body as waiting,
    array(
        select event.body
        from state.taken as taken
        join log.event as event on event.shard = taken.shard and event.seq = taken.seq
        where taken.claim = claim.claim and taken.decision_id = stands.id
        order by taken.seq
    ) as taken,
    array(
        select event.body
        from state.verdict as verdict
        join state.proposal as proposal on proposal.clawback = verdict.clawback
        join log.event as event on event.shard = verdict.shard and event.seq = verdict.seq
        where verdict.claim = claim.claim and verdict.approved
            and not exists (select from state.reversal as back where back.appeal = verdict.clawback)
        order by verdict.seq
    ) as agreed
from state.claim as claim
cross join lateral (
    select max(round) as rounds, min(seq) filter (where outcome = 'approved') as place
    from state.decision as any_round
    where any_round.claim = claim.claim
) as newest
cross join lateral (
    select decision.* from state.decision as decision
    where decision.claim = claim.claim and not decision.waits
    order by decision.round desc
    limit 1
) as stands
join log.event as submitted on submitted.shard = claim.shard and submitted.seq = claim.seq
join log.event as decided on decided.shard = stands.shard and decided.seq = stands.seq
left join state.decision as last on last.claim = claim.claim and last.round = newest.rounds and last.waits
left join log.event as waiting on waiting.shard = last.shard and waiting.seq = last.seq
where claim.person = any($1::text[])
    and stands.outcome <> 'pended'
    and stands.reason is distinct from 'REVIEW_REJECTED'
    and not exists (select from state.cancellation as gone where gone.claim = claim.claim)
order by newest.place nulls last, claim.seq
"""
