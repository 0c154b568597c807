"""Lists for the counter and for reviewers (清单): claims by status, claims that wait for a review."""

from datetime import date
from typing import Any

import orjson

from services.chassis.postgres import Connection

Row = dict[str, Any]


async def claims(connection: Connection, status: str | None, day: date | None, after: str, limit: int) -> list[Row]:
    """List claims above ``after`` in the order of their numbers; by status and day of intake where given.

    Each status but approved has its own index to walk along: nearly every claim is approved.
    """
    numbers = _NUMBERS.get(status or "", "state.claim as claim")
    return [dict(row) for row in await connection.fetch(_CLAIMS.format(numbers=numbers), status, day, after, limit)]


async def pended(connection: Connection, after: str, limit: int) -> list[Row]:
    """List the claims above ``after`` whose newest decision is pended and not settled yet.

    ``fund`` is what the fund would pay, ``stands`` what it pays as long as nobody agrees, fen.
    """
    rows = await connection.fetch(_PENDED, after, limit)
    return [{**row, "attachments": orjson.loads(row["attachments"])} for row in rows]


async def sampled(connection: Connection, after: str, limit: int) -> list[Row]:
    """List the claims above ``after`` that stand approved, were drawn, and were not looked at yet."""
    return [dict(row) for row in await connection.fetch(_SAMPLED, after, limit)]


async def totals(connection: Connection, day: date | None) -> list[Row]:
    """Count claims and fen by status, of one day of intake or of all time."""
    return [dict(row) for row in await connection.fetch(_TOTALS, day)]


_CLAIMS = """
select listed.*
from {numbers}
join state.listed as listed on listed.claim = claim.claim
where ($1::text is null or listed.status = $1)
    and ($2::date is null or listed.business_date = $2)
    and claim.claim > $3
order by claim.claim
limit $4
"""

_NUMBERS = {
    "submitted": "state.undecided as claim",
    "cancelled": "state.cancellation as claim",
    "pended": "(select distinct claim from state.decision where outcome = 'pended') as claim",
    "denied": "(select distinct claim from state.decision where outcome = 'denied') as claim",
}
"""Where the numbers of the claims that may have a status come from, in order."""

_PENDED = """
select
    latest.claim, claim.person, claim.book, claim.provider, claim.kind, claim.pay_to, claim.total, latest.fund,
    latest.findings, latest.id as decision_id, encode(latest.hash, 'hex') as decision_hash,
    latest.business_date as pended_on, decided.body::json #>> '{facts,standing,intake}' as intake,
    decided.body::json #>> '{facts,standing,supervision}' as rule_version,
    coalesce((decided.body::json #>> '{facts,standing,stands}')::bigint, 0) as stands,
    coalesce(submitted.body::json -> 'attachments', '[]') as attachments
from state.decision as latest
join state.claim as claim on claim.claim = latest.claim
join log.event as submitted on submitted.shard = claim.shard and submitted.seq = claim.seq
join log.event as decided on decided.shard = latest.shard and decided.seq = latest.seq
where latest.outcome = 'pended'
    and latest.claim > $1
    and not exists (
        select from state.decision as newer where newer.claim = latest.claim and newer.round > latest.round
    )
    and not exists (select from state.cancellation as gone where gone.claim = latest.claim)
    and not exists (
        select from state.review as last
        where last.claim = latest.claim and last.decision_id = latest.id and last.final
    )
order by latest.claim
limit $2
"""

_SAMPLED = """
select
    stands.claim, claim.person, claim.book, claim.provider, claim.kind, claim.pay_to, claim.total, stands.fund,
    stands.id as decision_id, encode(stands.hash, 'hex') as decision_hash, stands.business_date as decided_on
from state.decision as stands
join state.claim as claim on claim.claim = stands.claim
where 'SAMPLED' = any (stands.findings)
    and stands.claim > $1
    and not exists (
        select from state.decision as newer
        where newer.claim = stands.claim and newer.round > stands.round and not newer.waits
    )
    and not exists (select from state.cancellation as gone where gone.claim = stands.claim)
    and not exists (
        select from state.review as look where look.claim = stands.claim and look.decision_id = stands.id
    )
order by stands.claim
limit $2
"""

_TOTALS = """
select status, count(*) as claims, sum(total)::bigint as total, coalesce(sum(fund), 0)::bigint as fund
from state.listed
where $1::date is null or business_date = $1
group by status
order by status
"""
