"""Look findings up (监管疑点): how each stands, what was found of the same matter before, and who had a part in it."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import orjson

from services.adjudication.followed import Earlier, Matter, Part, Status
from services.chassis.postgres import Connection

Row = dict[str, Any]


class Finding(NamedTuple):
    """A finding in short; ``claim`` is None where it is about what the provider did for the book in the month.

    ``stream`` is the person's of the claim, or the provider's.
    """

    finding: str
    month: str
    book: str
    provider: str
    claim: str | None
    status: Status
    taken_by: str | None
    stream: str


async def finding(connection: Connection, number: str) -> Finding | None:
    """Read a finding as it stands; None where none of that number was raised."""
    row = await connection.fetchrow(_FINDING, number)
    return None if row is None else Finding(*row)


async def earlier(connection: Connection, matters: Collection[Matter]) -> Mapping[Matter, list[Earlier]]:
    """Read what was found before of these matters."""
    claims = list({matter.claim for matter in matters if matter.claim is not None})
    providers = list({matter.provider for matter in matters if matter.provider is not None})
    found: dict[Matter, list[Earlier]] = {}
    for row in await connection.fetch(_EARLIER, claims, providers):
        matter = Matter.of(row["rule"], row["claim"], row["provider"], row["book"], row["month"])
        one = Earlier(row["rule_version"], orjson.loads(row["evidence"]), row["status"])
        found.setdefault(matter, []).append(one)
    return found


async def part(connection: Connection, found: Finding) -> Part:
    """Tell who has had to do with a finding, and with the claims that it and the clawbacks because of it are about."""
    [row] = await connection.fetch(_PART, found.finding, found.claim)
    return Part(set(row["own"]), set(row["deciders"]), set(row["appellants"]), found.taken_by)


async def was_decided_in(connection: Connection, claim: str, month: str) -> bool:
    """Tell whether a claim was decided in a month (YYYY-MM), even if it was decided again since."""
    return bool(await connection.fetchval(_DECIDED_IN, claim, month))


async def listing(
    connection: Connection,
    rule: str | None,
    provider: str | None,
    month: str | None,
    status: Status | None,
    after: str,
    limit: int,
) -> list[Row]:
    """List findings above ``after`` in the order of their numbers, each with the clawbacks proposed because of it."""
    rows = await connection.fetch(_LISTING, rule, provider, month, status, after, limit)
    return [{**row, "evidence": orjson.loads(row["evidence"])} for row in rows]


_FINDING = """
select
    found.finding, found.month, found.book, found.provider, found.claim, found.status, found.taken_by,
    coalesce(claim.person, found.provider) as stream
from state.followed as found
left join state.claim as claim on claim.claim = found.claim
where found.finding = $1
"""

_EARLIER = """
select rule, claim, provider, book, month, rule_version, evidence, status
from state.followed
where claim = any($1::text[])
union all
select rule, claim, provider, book, month, rule_version, evidence, status
from state.followed
where claim is null and provider = any($2::text[])
"""

_PART = """
with concerned as (
    select $2::text as claim
    union
    select proposal.claim from state.proposal as proposal where proposal.finding = $1
)
select
    array(
        select unnest(array[claim.actor, claim.person])
        from concerned
        join state.claim as claim on claim.claim = concerned.claim
    ) as own,
    array(
        select distinct review.actor
        from concerned
        join state.review as review on review.claim = concerned.claim
    ) as deciders,
    array(
        select distinct appeal.appellant
        from state.proposal as proposal
        join state.appeal as appeal on appeal.clawback = proposal.clawback
        where proposal.finding = $1
    ) as appellants
"""

_DECIDED_IN = """
select exists (
    select from state.decision where claim = $1 and to_char(business_date, 'YYYY-MM') = $2
)
"""

_LISTING = """
select
    finding.finding, finding.rule, finding.rule_version, finding.month, finding.book, finding.provider, finding.claim,
    finding.evidence, finding.business_date, finding.status, finding.taken_by, finding.taken_on, finding.closed_by,
    finding.closed_on, finding.closing,
    array(
        select proposal.clawback from state.proposal as proposal
        where proposal.finding = finding.finding
        order by proposal.clawback
    ) as clawbacks
from state.followed as finding
where ($1::text is null or finding.rule = $1)
    and ($2::text is null or finding.provider = $2)
    and ($3::text is null or finding.month = $3)
    and ($4::text is null or finding.status = $4)
    and finding.finding > $5
order by finding.finding
limit $6
"""
