"""Look clawbacks up (追回建议): what was proposed by whom, and whether it was decided."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.adjudication.followed import Part
from services.chassis.postgres import Connection


class Proposed(NamedTuple):
    """One proposal: ``amount`` in fen, bound to the decision that was looked at; ``ground`` is None of old ones."""

    claim: str
    decision_id: UUID
    decision_hash: str
    lines: tuple[int, ...]
    amount: int
    finding: str | None
    ground: str | None
    reason: str
    proposed_by: str


class Verdict(NamedTuple):
    """追回审批: whether a proposal was approved, by whom, on which business day."""

    approved: bool
    decided_by: str
    decided_on: date


async def proposal(connection: Connection, clawback: str) -> Proposed | None:
    """Read a proposal; None where there is none of that number."""
    row = await connection.fetchrow(_PROPOSAL, clawback)
    if row is None:
        return None
    return Proposed(**{**row, "lines": tuple(row["lines"])})


async def part(connection: Connection, clawback: str) -> Part:
    """Tell who has had to do with the claim that a proposed clawback is of, and with the finding that it names."""
    [row] = await connection.fetch(_PART, clawback)
    return Part(set(row["own"]), set(row["deciders"]), (), row["taken_by"])


async def verdict(connection: Connection, clawback: str) -> Verdict | None:
    """Read how a proposal was decided; None while it is not."""
    row = await connection.fetchrow(_VERDICT, clawback)
    return None if row is None else Verdict(*row)


_PROPOSAL = """
select claim, decision_id, decision_hash, lines, amount, finding, ground, reason, proposed_by
from state.proposal
where clawback = $1
"""

_PART = """
select
    array[claim.actor, claim.person] as own,
    array(select distinct review.actor from state.review as review where review.claim = claim.claim) as deciders,
    finding.taken_by
from state.proposal as proposal
join state.claim as claim on claim.claim = proposal.claim
left join state.finding as finding on finding.finding = proposal.finding
where proposal.clawback = $1
"""

_VERDICT = """
select verdict.approved, verdict.decided_by, event.business_date
from state.verdict as verdict
join log.event as event on event.shard = verdict.shard and event.seq = verdict.seq
where verdict.clawback = $1
"""
