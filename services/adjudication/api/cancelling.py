"""Withdraw a claim (撤销): what was approved is taken back whole, and the year is as if it had not been."""

from uuid import UUID

from contracts.claims import ClaimCancelled, Counted
from contracts.clawbacks import Clawback
from services.adjudication.api.answers.claims import Withdrawn
from services.adjudication.decide.clawback import Left, clawback_number, clawback_of, left_after
from services.adjudication.decide.judgement import nothing_counted
from services.adjudication.decide.supervision.grounds import CANCELLED
from services.adjudication.store import claims, cleared
from services.adjudication.store.claims import Decision, Standing
from services.chassis.errors import Conflict, NotFound
from services.chassis.unit import Unit


async def standing_of(unit: Unit, claim: str, *streams: str) -> Standing:
    """Read a claim and keep its person's shard still, and those of ``streams``. Raises ``NotFound`` UNKNOWN_CLAIM."""
    first = (await claims.standing(unit.conn, [claim])).get(claim)
    if first is None:
        raise NotFound("UNKNOWN_CLAIM", f"there is no claim {claim}", "claim")
    await unit.lock(first.person, *streams)
    return (await claims.standing(unit.conn, [claim]))[claim]


async def left_to_take(unit: Unit, decision: Decision) -> Left:
    """Give what is left of an approved decision after the clawbacks so far."""
    taken = await claims.clawbacks(unit.conn, decision.body.claim)
    return left_after(decision.body, [body for body in taken if body.decision_id == decision.id])


async def cancel(unit: Unit, cause: UUID, claim: str, reason: str) -> tuple[int, Withdrawn]:
    """Withdraw a claim that is not cleared. Raises ``Conflict`` ALREADY_CANCELLED, CLEARED, or NOT_LAST.

    Cleared (清算) is what payment has ordered from the bank and what did not come back, as far as payment's log was
    taken in. An order of the same moment is not seen: what is taken back beside it is then a receivable of payment's.
    NOT_LAST: a later claim stands on this one.
    """
    standing = await standing_of(unit, claim)
    if standing.cancelled:
        raise Conflict("ALREADY_CANCELLED", f"the claim {claim} was withdrawn before", "claim")
    if await cleared.is_cleared(unit.conn, claim):
        raise Conflict("CLEARED", f"the bank has the order to pay the claim {claim}: propose a clawback", "claim")
    decision = await claims.latest_decision(unit.conn, claim)
    counted: Counted = nothing_counted(standing.submitted)
    account = amount = 0
    if decision is not None and decision.body.outcome == "approved":
        later = await claims.later_approved(unit.conn, claim)
        if later is not None:
            raise Conflict("NOT_LAST", f"the claim {later} was approved after this one: withdraw it first", "claim")
        left = await left_to_take(unit, decision)
        counted, account, amount = left.counted, decision.body.amounts.account, left.split.total()
        if amount:
            unit.append(_settled(decision, left, cause, reason), stream=standing.person, cause=cause)
    body = ClaimCancelled(
        claim=claim,
        person=standing.person,
        book=standing.book,
        decision_id=decision.id if decision else None,
        counted=counted,
        account=account,
        reason=reason,
    )
    unit.append(body, stream=standing.person, cause=cause)
    return 201, {"claim": claim, "status": "cancelled", "taken_back": amount}


def _settled(decision: Decision, left: Left, cause: UUID, reason: str) -> Clawback:
    """Write the negative settlement; what the year gives back stands in the cancellation beside it."""
    body = decision.body
    part = left._replace(counted=nothing_counted(body))
    number = clawback_number(cause)
    return clawback_of(body, decision.id, number, part, finding=None, ground=CANCELLED, reason=reason)
