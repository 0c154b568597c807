"""Taking back (追回): a reviewer proposes, an approver who is somebody else agrees or turns it down."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contracts.clawbacks import ClawbackProposed, ClawbackRejected
from contracts.text import Code
from services.adjudication.api.answers.cases import ApprovedClawback, ClawbackStatus, ProposedClawback
from services.adjudication.api.appeals import keep_apart, refuse_if_open
from services.adjudication.api.cancelling import left_to_take, standing_of
from services.adjudication.api.findings import admit, cited
from services.adjudication.api.forms import Explained, Proposal
from services.adjudication.api.people import Approver, Reviewer
from services.adjudication.decide.clawback import amount_of_lines, clawback_number, clawback_of, spread
from services.adjudication.desk import Library
from services.adjudication.followed import Part
from services.adjudication.late import reconsider
from services.adjudication.store import claims, proposals, records
from services.adjudication.store.claims import Decision, Standing
from services.adjudication.store.proposals import Proposed
from services.chassis.answers import answers
from services.chassis.auth import Caller
from services.chassis.command import command
from services.chassis.errors import BadInput, Conflict, Forbidden, NotFound
from services.chassis.unit import Log, Unit

Answer = tuple[int, dict[str, Any]]


def router(log: Log, library: Library) -> APIRouter:
    """Make the routes under ``/clawbacks``."""
    routes = APIRouter(tags=["clawbacks"])

    @routes.post("/clawbacks", status_code=201, responses=answers(ProposedClawback, 201))
    async def propose(request: Request, body: Proposal, caller: Reviewer) -> Response:
        """追回建议: by lines or by amount, never more than was approved less what was taken before.

        Because of a finding that a reviewer took, about this claim or the month of its provider, or on another ground
        of the published table.
        """

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _propose(unit, cause, body, caller)

        return await command(log, request, caller, work)

    @routes.post("/clawbacks/{clawback}/approve", status_code=201, responses=answers(ApprovedClawback, 201))
    async def approve(request: Request, clawback: Code, caller: Approver) -> Response:
        """追回审批: 409 STALE_DECISION when the claim was decided anew since the proposal.

        What it frees under a cap or limit of the year goes at once to the claims that were approved after this one.
        """

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _approve(unit, cause, library, clawback, caller)

        return await command(log, request, caller, work)

    @routes.post("/clawbacks/{clawback}/reject", status_code=201, responses=answers(ClawbackStatus, 201))
    async def reject(request: Request, clawback: Code, body: Explained, caller: Approver) -> Response:
        """追回否决: the proposal is turned down; nothing is taken back."""

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _reject(unit, cause, clawback, body.reason, caller)

        return await command(log, request, caller, work)

    return routes


async def _propose(unit: Unit, cause: UUID, body: Proposal, caller: Caller) -> Answer:
    standing, because = await cited(unit, body)
    admit(caller, Part(own=(standing.actor, standing.person)))
    decision = await _approved(unit, body.claim, cancelled=standing.cancelled)
    fee_lines = standing.submitted.lines
    if any(not 0 <= number < len(fee_lines) for number in body.lines):
        raise BadInput("UNKNOWN_LINE", f"the claim has lines 0 to {len(fee_lines) - 1}", "lines")
    await _refuse_lines_taken(unit, decision, body.lines)
    left = await left_to_take(unit, decision)
    amount = body.amount
    if amount is None:
        # each line is rounded by itself, so the last one may be a fen above what is left
        amount = min(amount_of_lines(fee_lines, body.lines, decision.body.amounts.fund), left.split.total())
    if not 0 < amount <= left.split.total():
        raise Conflict(
            "ABOVE_APPROVED", f"{amount} fen asked for, {left.split.total()} fen are left of the claim", "amount"
        )
    number = clawback_number(cause)
    proposed = ClawbackProposed(
        clawback=number,
        claim=body.claim,
        book=standing.book,
        decision_id=decision.id,
        decision_hash=decision.hash,
        lines=tuple(sorted(set(body.lines))),
        amount=amount,
        finding=because.finding,
        ground=because.ground,
        reason=body.reason,
    )
    unit.append(proposed, stream=standing.person, cause=cause)
    return 201, {"clawback": number, "claim": body.claim, "amount": amount}


async def _approve(unit: Unit, cause: UUID, library: Library, number: str, caller: Caller) -> Answer:
    seen = await _hold_cover(unit, number)
    proposal, standing = await _open_proposal(unit, number, caller)
    await refuse_if_open(unit, number)
    decision = await _approved(unit, proposal.claim, cancelled=standing.cancelled)
    if (decision.id, decision.hash) != (proposal.decision_id, proposal.decision_hash):
        raise Conflict("STALE_DECISION", "the claim has been decided anew since the proposal; propose again")
    await _refuse_lines_taken(unit, decision, proposal.lines)
    try:
        part = spread(await left_to_take(unit, decision), proposal.amount)
    except ValueError as error:
        raise Conflict("ABOVE_APPROVED", str(error), "amount") from None
    decided = decision.body
    body = clawback_of(
        decided,
        decision.id,
        number,
        part,
        finding=proposal.finding,
        ground=proposal.ground,
        reason=proposal.reason,
        lines=proposal.lines,
    )
    taken = unit.append(body, stream=decided.person, cause=cause)
    await unit.flush()
    # in this unit: a claim decided in between would have what is free, and those before it would have it once more
    async with reconsider(unit, library, [decided.person], seen) as look:
        look.after(decided.claim, taken)
    return 201, {"clawback": number, "claim": decided.claim, "amount": body.amount, "split": part.split.model_dump()}


async def _reject(unit: Unit, cause: UUID, number: str, reason: str, caller: Caller) -> Answer:
    proposal, standing = await _open_proposal(unit, number, caller)
    body = ClawbackRejected(clawback=number, claim=proposal.claim, book=standing.book, reason=reason)
    unit.append(body, stream=standing.person, cause=cause)
    return 201, {"clawback": number, "claim": proposal.claim, "status": "rejected"}


async def _hold_cover(unit: Unit, number: str) -> Mapping[int, int]:
    """Keep still what enrollment says of the person, before their own shard is: later claims are decided on it."""
    proposal = await proposals.proposal(unit.conn, number)
    about = {} if proposal is None else await claims.standing(unit.conn, [proposal.claim])
    return await records.hold_cover(unit.conn, [standing.person for standing in about.values()])


async def _open_proposal(unit: Unit, number: str, caller: Caller) -> tuple[Proposed, Standing]:
    proposal = await proposals.proposal(unit.conn, number)
    if proposal is None:
        raise NotFound("UNKNOWN_CLAWBACK", f"nobody proposed a clawback {number}", "clawback")
    standing = await standing_of(unit, proposal.claim)
    if await proposals.verdict(unit.conn, number) is not None:
        raise Conflict("ALREADY_DECIDED", f"the clawback {number} was approved or turned down before")
    if caller.actor == proposal.proposed_by:
        raise Forbidden("SAME_PERSON", "who proposes a clawback does not decide on it")
    await keep_apart(unit, number, caller)
    return proposal, standing


async def _refuse_lines_taken(unit: Unit, decision: Decision, lines: Sequence[int]) -> None:
    """Take a fee line back once. Raises ``Conflict`` LINE_TAKEN."""
    taken = await claims.clawbacks(unit.conn, decision.body.claim)
    again = {line for body in taken if body.decision_id == decision.id for line in body.lines} & set(lines)
    if again:
        raise Conflict("LINE_TAKEN", f"the line {min(again)} was taken back before", "lines")


async def _approved(unit: Unit, claim: str, *, cancelled: bool) -> Decision:
    decision = await claims.latest_decision(unit.conn, claim)
    if cancelled or decision is None or decision.body.outcome != "approved":
        raise Conflict("NOT_APPROVED", f"the claim {claim} does not stand approved", "claim")
    return decision
