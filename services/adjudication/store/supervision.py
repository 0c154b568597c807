"""Recorded claims for supervision, person by person."""

from collections.abc import AsyncIterator, Collection
from datetime import date
from typing import Any

import orjson

from services.adjudication.recorded import Charge, Recorded, Shares
from services.chassis.postgres import Connection

PREFETCH = 500
LONGEST_WAIT = 600


async def histories(
    connection: Connection, first: date, last: date, *, gone: bool = False, of: Collection[str] | None = None
) -> AsyncIterator[list[Recorded]]:
    """Give all that stands approved of each person with a decision from ``first`` to ``last``, first approved first.

    With ``gone`` also of everybody who is on record as dead or in custody; with ``of`` of these persons alone. Needs a
    transaction: the rows come from one snapshot, a few hundred at a time.
    """
    persons = None if of is None else list(of)
    history: list[Recorded] = []
    async for row in connection.cursor(_RECORDED, first, last, gone, persons, prefetch=PREFETCH, timeout=LONGEST_WAIT):
        claim = _recorded(row)
        if history and history[-1].person != claim.person:
            yield history
            history = []
        history.append(claim)
    if history:
        yield history


async def names(connection: Connection) -> dict[str, str]:
    """Give the name of every provider as it is today."""
    return {row["provider"]: row["name"] for row in await connection.fetch(_NAMES)}


def _recorded(row: Any) -> Recorded:
    amounts = orjson.loads(row["amounts"])
    return Recorded(
        **{name: row[name] for name in _PLAIN},
        tags=tuple(orjson.loads(row["tags"])),
        charges=tuple(
            Charge(line["item"], date.fromisoformat(line["day"]), line["amount"], line["class"])
            for line in orjson.loads(row["lines"])
        ),
        shares=Shares(**{name: amounts[name] for name in Shares._fields}),
    )


_PLAIN = [name for name in Recorded._fields if name not in ("tags", "charges", "shares")]

_RECORDED = """
with asked as (
    select claim.person
    from state.decision as decision
    join state.claim as claim on claim.claim = decision.claim
    where decision.business_date between $1 and $2 and decision.outcome = 'approved'
    union
    select status.person from state.status as status
    where $3::boolean and status.status in ('deceased', 'in_custody')
)
select
    claim.claim, claim.person, claim.book, claim.provider, claim.kind, claim.disease, claim.service_date as "on",
    claim.admitted, claim.discharged, claim.pay_to, latest.business_date as decided_on,
    said.review is not null as reviewed,
    said.facts #>> '{provider,level}' as level,
    (said.facts #>> '{provider,in_county}')::boolean as in_county,
    said.facts #> '{person,tags}' as tags,
    said.amounts,
    taken.amount as clawed_back,
    submitted.body::json -> 'lines' as lines,
    standing.status, standing.since as status_since
from asked
join state.claim as claim on claim.person = asked.person and ($4::text[] is null or claim.person = any($4))
cross join lateral (
    select decision.id, decision.outcome, decision.business_date, decision.shard, decision.seq
    from state.decision as decision
    where decision.claim = claim.claim and not decision.waits
    order by decision.round desc
    limit 1
) as latest
join log.event as decided on decided.shard = latest.shard and decided.seq = latest.seq
cross join lateral json_to_record(decided.body::json) as said (review text, facts json, amounts json)
join log.event as submitted on submitted.shard = claim.shard and submitted.seq = claim.seq
cross join lateral (
    select min(seq) filter (where outcome = 'approved') as place
    from state.decision as any_round
    where any_round.claim = claim.claim
) as first
cross join lateral (
    select coalesce(sum(clawed.amount), 0)::bigint as amount
    from state.taken as clawed
    where clawed.claim = claim.claim and clawed.decision_id = latest.id
) as taken
left join lateral (
    select status.status, status.since
    from state.status as status
    where status.person = claim.person and status.book = claim.book and status.since <= claim.service_date
        and (status.status <> 'deceased' or status.since < coalesce(claim.admitted, claim.service_date))
    order by status.status <> 'deceased', case when status.status = 'deceased' then status.since end, status.since desc
    limit 1
) as standing on true
where latest.outcome = 'approved'
    and not exists (select from state.cancellation as gone where gone.claim = claim.claim)
order by claim.person, first.place, claim.claim
"""

_NAMES = "select distinct on (provider) provider, name from state.provider order by provider, since desc"
