"""Look clawbacks up (追回建议): what was proposed by whom, and whether it was decided."""

from typing import NamedTuple
from uuid import UUID

from services.chassis.postgres import Connection


class Proposed(NamedTuple):
    """One proposal: ``amount`` in fen, bound to the decision that was looked at."""

    claim: str
    decision_id: UUID
    decision_hash: str
    lines: tuple[int, ...]
    amount: int
    finding: str
    reason: str
    proposed_by: str


async def proposal(connection: Connection, clawback: str) -> Proposed | None:
    """Read a proposal; None where there is none of that number."""
    row = await connection.fetchrow(_PROPOSAL, clawback)
    if row is None:
        return None
    return Proposed(**{**row, "lines": tuple(row["lines"])})


async def is_decided(connection: Connection, clawback: str) -> bool:
    """Tell whether a proposal was approved or turned down."""
    return bool(await connection.fetchval("select true from state.verdict where clawback = $1", clawback))


_PROPOSAL = """
select claim, decision_id, decision_hash, lines, amount, finding, reason, proposed_by
from state.proposal
where clawback = $1
"""
