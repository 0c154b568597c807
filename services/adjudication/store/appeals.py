"""Look appeals up (追回申诉): what was proposed, who objected, what was answered, and how it ended."""

from typing import Any, NamedTuple

from services.chassis.postgres import Connection


class Appeal(NamedTuple):
    """An objection to a proposed clawback; ``answer`` and ``dismissed_by`` are None while nobody has answered."""

    clawback: str
    claim: str
    reason: str
    appellant: str
    answer: str | None
    dismissed_by: str | None


async def appeal(connection: Connection, clawback: str) -> Appeal | None:
    """Read the appeal against a clawback; None where nobody appealed."""
    row = await connection.fetchrow(_APPEAL, clawback)
    return None if row is None else Appeal(*row)


async def shown(connection: Connection, clawback: str) -> dict[str, Any] | None:
    """Read what is on record about a proposed clawback; None where nobody proposed it."""
    row = await connection.fetchrow(_SHOWN, clawback)
    return None if row is None else dict(row)


_APPEAL = "select clawback, claim, reason, appellant, answer, dismissed_by from state.appeal where clawback = $1"

_SHOWN = """
select
    proposal.clawback, proposal.claim, proposal.lines, proposal.amount, proposal.finding, proposal.reason,
    case
        when verdict.approved then 'approved'
        when not verdict.approved then 'rejected'
        when appeal.clawback is not null and appeal.dismissed_by is null then 'appealed'
        else 'proposed'
    end as status,
    appeal.reason as appeal, appeal.answer
from state.proposal as proposal
left join state.verdict as verdict on verdict.clawback = proposal.clawback
left join state.appeal as appeal on appeal.clawback = proposal.clawback
where proposal.clawback = $1
"""
