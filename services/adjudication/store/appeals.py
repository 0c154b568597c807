"""Look appeals up (追回申诉): what was proposed, who objected, what was answered, and how it ended."""

from typing import Any, NamedTuple

from contracts.appeals import Against
from services.chassis.postgres import Connection


class Appeal(NamedTuple):
    """An objection to a clawback; ``answer`` and ``dismissed_by`` are None while nobody has dismissed it."""

    clawback: str
    claim: str
    reason: str
    appellant: str
    answer: str | None
    dismissed_by: str | None


async def appeal(connection: Connection, clawback: str, against: Against) -> Appeal | None:
    """Read the appeal against a proposal, or against the clawback once approved; None where nobody appealed."""
    row = await connection.fetchrow(_APPEAL, clawback, against)
    return None if row is None else Appeal(*row)


async def is_granted(connection: Connection, clawback: str) -> bool:
    """Tell whether an approved clawback was undone on appeal."""
    return bool(await connection.fetchval("select true from state.reversal where appeal = $1", clawback))


async def shown(connection: Connection, clawback: str) -> dict[str, Any] | None:
    """Read what is on record about a proposed clawback; None where nobody proposed it."""
    row = await connection.fetchrow(_SHOWN, clawback)
    return None if row is None else dict(row)


_APPEAL = """
select clawback, claim, reason, appellant, answer, dismissed_by from state.appeal
where clawback = $1 and against = $2
"""

_SHOWN = """
select
    proposal.clawback, proposal.claim, proposal.lines, proposal.amount, proposal.finding, proposal.ground,
    proposal.reason,
    case
        when back.appeal is not null then 'reversed'
        when appeal.dismissed_by is null and (appeal.against = 'clawback' or verdict.clawback is null)
            and appeal.against is not null then 'appealed'
        when verdict.approved then 'approved'
        when not verdict.approved then 'rejected'
        else 'proposed'
    end as status,
    appeal.reason as appeal, coalesce(back.reason, appeal.answer) as answer, appeal.filed_on as appealed_on
from state.proposal as proposal
left join state.verdict as verdict on verdict.clawback = proposal.clawback
left join state.reversal as back on back.appeal = proposal.clawback
left join lateral (
    select * from state.appeal as last
    where last.clawback = proposal.clawback
    order by last.against = 'clawback' desc
    limit 1
) as appeal on true
where proposal.clawback = $1
"""
