"""Look claims up (费用申报): what was handed in, how it was decided, what was done about it since."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from contracts.claims import Adjudicated, Amounts, ClaimSubmitted
from contracts.clawbacks import Clawback
from services.adjudication.model import Act
from services.chassis.postgres import Connection

Row = dict[str, Any]


class Decision(NamedTuple):
    """One decision as its log row says it, with the hash that binds whoever looked at it."""

    id: UUID
    hash: str
    body: Adjudicated


class Standing(NamedTuple):
    """A claim as it stands: who handed it in, how often it was decided, and whether it was withdrawn."""

    claim: str
    person: str
    book: str
    actor: str
    rounds: int
    cancelled: bool
    submitted: ClaimSubmitted
    submitted_on: date


async def standing(connection: Connection, claims: Collection[str]) -> dict[str, Standing]:
    """Read claims as they stand, by number; unknown numbers are left out."""
    rows = await connection.fetch(_STANDING, list(claims))
    return {
        row["claim"]: Standing(
            row["claim"],
            row["person"],
            row["book"],
            row["actor"],
            row["rounds"],
            row["cancelled"],
            ClaimSubmitted.model_validate_json(row["body"]),
            row["business_date"],
        )
        for row in rows
    }


async def pended(connection: Connection, claims: Collection[str]) -> dict[UUID, Amounts]:
    """Read the amounts that people look at: of every decision on these claims that waited for them, by its id."""
    rows = await connection.fetch(_PENDED, list(claims))
    return {row["id"]: Amounts.model_validate_json(row["amounts"]) for row in rows}


async def cancelled(connection: Connection, claims: Collection[str]) -> set[str]:
    """Tell which of these claims were withdrawn."""
    rows = await connection.fetch(_CANCELLED, list(claims))
    return {row["claim"] for row in rows}


async def taken_numbers(connection: Connection, claims: Collection[str]) -> list[str]:
    """Tell which of these claim numbers are in use, in order."""
    rows = await connection.fetch(_TAKEN, list(claims))
    return [row["claim"] for row in rows]


async def latest_decision(connection: Connection, claim: str) -> Decision | None:
    """Read the decision that stands; None while there is none. One that waits to take its place is left out."""
    return _decision(await connection.fetchrow(_LATEST, claim, False))


async def last_word(connection: Connection, claim: str) -> Decision | None:
    """Read the newest decision, whether it stands or waits for people; None while there is none."""
    return _decision(await connection.fetchrow(_LATEST, claim, True))


async def waiting(connection: Connection, decisions: Collection[UUID], claims: Collection[str]) -> set[UUID]:
    """Tell which of these decisions on these claims wait to take the place of others."""
    rows = await connection.fetch(_WAITING, list(decisions), list(claims))
    return {row["id"] for row in rows}


async def decisions(connection: Connection, claim: str) -> list[Row]:
    """List all decisions on a claim, oldest first."""
    return [dict(row) for row in await connection.fetch(_DECISIONS, claim)]


async def reviews(connection: Connection, claim: str) -> list[Row]:
    """List what reviewers did about a claim, oldest first."""
    return [dict(row) for row in await connection.fetch(_REVIEWS, claim)]


async def acts(connection: Connection, claim: str, decision: UUID) -> list[Act]:
    """Read what reviewers did about one decision, oldest first."""
    return [Act(*row) for row in await connection.fetch(_ACTS, claim, decision)]


async def clawbacks(connection: Connection, claim: str) -> list[Clawback]:
    """Read what was taken back from a claim and not given back since, oldest first."""
    rows = await connection.fetch(_CLAWBACKS, claim)
    return [Clawback.model_validate_json(row["body"]) for row in rows]


async def reversals(connection: Connection, claim: str) -> list[Row]:
    """List the clawbacks of a claim that were undone on appeal, by number."""
    return [dict(row) for row in await connection.fetch(_REVERSALS, claim)]


async def later_approved(connection: Connection, claim: str) -> str | None:
    """Find a claim of the same person and book approved after this one and still standing, the last one first."""
    found: str | None = await connection.fetchval(_LATER, claim)
    return found


def _decision(row: Any) -> Decision | None:
    if row is None:
        return None
    return Decision(row["id"], row["hash"].hex(), Adjudicated.model_validate_json(row["body"]))


async def shown(connection: Connection, claim: str) -> Row | None:
    """Read what is on record about a claim, without its fee lines."""
    row = await connection.fetchrow(_SHOWN, claim)
    return None if row is None else {**row, "attachments": orjson.loads(row["attachments"])}


_STANDING = """
select
    claim.claim, claim.person, claim.book, claim.actor, claim.business_date, event.body,
    (select count(*) from state.decision as decision where decision.claim = claim.claim) as rounds,
    exists (select from state.cancellation as gone where gone.claim = claim.claim) as cancelled
from state.claim as claim
join log.event as event on event.shard = claim.shard and event.seq = claim.seq
where claim.claim = any($1::text[])
"""

_PENDED = """
select decision.id, event.body::json ->> 'amounts' as amounts
from state.decision as decision
join log.event as event on event.shard = decision.shard and event.seq = decision.seq
where decision.claim = any($1::text[]) and decision.outcome = 'pended'
"""

_CANCELLED = "select claim from state.cancellation where claim = any($1::text[])"

_TAKEN = "select claim from state.claim where claim = any($1::text[]) order by claim"

_LATEST = """
select decision.id, decision.hash, event.body
from state.decision as decision
join log.event as event on event.shard = decision.shard and event.seq = decision.seq
where decision.claim = $1 and ($2 or not decision.waits)
order by decision.round desc
limit 1
"""

_WAITING = "select id from state.decision where claim = any($2::text[]) and id = any($1::uuid[]) and waits"

_DECISIONS = """
select
    round, id as decision_id, encode(hash, 'hex') as decision_hash, outcome, reason, findings, fund, business_date,
    supersedes, waits
from state.decision
where claim = $1
order by round
"""

_REVIEWS = """
select stage, decision, final, actor, reason, business_date, decision_id from state.review
where claim = $1
order by seq
"""

_ACTS = """
select stage, decision, actor from state.review
where claim = $1 and decision_id = $2
order by seq
"""

_CLAWBACKS = """
select event.body
from state.taken as taken
join log.event as event on event.shard = taken.shard and event.seq = taken.seq
where taken.claim = $1
order by taken.seq
"""

_REVERSALS = """
select back.clawback, back.appeal, verdict.amount, back.reason
from state.reversal as back
join state.verdict as verdict on verdict.clawback = back.clawback
where back.claim = $1
order by back.clawback
"""

_LATER = """
select later.claim
from state.claim as mine
join state.claim as later on later.person = mine.person and later.book = mine.book and later.claim <> mine.claim
join state.listed as listed on listed.claim = later.claim and listed.status = 'approved'
cross join lateral (
    select min(first.seq) as place from state.decision as first
    where first.claim = later.claim and first.outcome = 'approved'
) as theirs
where mine.claim = $1
    and theirs.place > (
        select min(first.seq) from state.decision as first
        where first.claim = mine.claim and first.outcome = 'approved'
    )
order by theirs.place desc
limit 1
"""

_SHOWN = """
select
    claim.claim, claim.person, claim.book, claim.provider, claim.kind, claim.disease, claim.service_date,
    claim.admitted, claim.discharged, claim.invoice, claim.pay_to, claim.total, claim.business_date,
    coalesce(submitted.body::json -> 'attachments', '[]') as attachments,
    (select gone.reason from state.cancellation as gone where gone.claim = claim.claim) as cancelled
from state.claim as claim
join log.event as submitted on submitted.shard = claim.shard and submitted.seq = claim.seq
where claim.claim = $1
"""
