"""Objecting to a clawback (追回申诉): while an appeal is open nothing is taken back, and another person answers it."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contracts.appeals import AppealDismissed, ClawbackAppealed
from contracts.text import Code
from services.adjudication.api.cancelling import standing_of
from services.adjudication.api.forms import Explained
from services.adjudication.api.people import Reader, Reviewer, Submitter
from services.adjudication.store import appeals, proposals
from services.adjudication.store.proposals import Proposed
from services.chassis.auth import Caller
from services.chassis.command import command
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.unit import Log, Unit

Answer = tuple[int, dict[str, Any]]


def router(log: Log) -> APIRouter:
    """Make the routes of appeals under ``/clawbacks/{clawback}``."""
    routes = APIRouter(tags=["clawbacks"])

    @routes.get("/clawbacks/{clawback}")
    async def look_up(clawback: Code, _: Reader) -> dict[str, Any]:
        """追回查询: the proposal, how it stands, and the appeal against it with its answer."""
        async with log.pool.acquire() as connection:
            found = await appeals.shown(connection, clawback)
        if found is None:
            raise _unknown(clawback)
        return found

    @routes.post("/clawbacks/{clawback}/appeal", status_code=201)
    async def appeal(request: Request, clawback: Code, body: Explained, caller: Submitter) -> Response:
        """追回申诉: once for each proposal, before it is decided."""

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _appeal(unit, cause, clawback, body.reason)

        return await command(log, request, caller, work)

    @routes.post("/clawbacks/{clawback}/appeal/dismiss", status_code=201)
    async def dismiss(request: Request, clawback: Code, body: Explained, caller: Reviewer) -> Response:
        """申诉驳回: by a reviewer who neither proposed nor appealed; is the appeal right, the proposal is rejected."""

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _dismiss(unit, cause, clawback, body.reason, caller)

        return await command(log, request, caller, work)

    return routes


async def refuse_if_open(unit: Unit, clawback: str, caller: Caller) -> None:
    """Hold a clawback while the appeal against it is open. Raises ``Conflict`` UNDER_APPEAL, ``Forbidden``."""
    found = await appeals.appeal(unit.conn, clawback)
    if found is None:
        return
    if found.dismissed_by is None:
        raise Conflict("UNDER_APPEAL", "somebody objected to this clawback, and nobody has answered yet", "clawback")
    if caller.actor in (found.dismissed_by, found.appellant):
        raise Forbidden("SAME_PERSON", "who appealed or answered the appeal does not decide on the clawback")


async def _appeal(unit: Unit, cause: UUID, number: str, reason: str) -> Answer:
    proposal, person, book = await _open_proposal(unit, number)
    if await appeals.appeal(unit.conn, number) is not None:
        raise Conflict("ALREADY_APPEALED", f"somebody objected to the clawback {number} before", "clawback")
    body = ClawbackAppealed(clawback=number, claim=proposal.claim, book=book, reason=reason)
    unit.append(body, stream=person, cause=cause)
    return 201, {"clawback": number, "claim": proposal.claim, "status": "appealed"}


async def _dismiss(unit: Unit, cause: UUID, number: str, reason: str, caller: Caller) -> Answer:
    proposal, person, book = await _open_proposal(unit, number)
    found = await appeals.appeal(unit.conn, number)
    if found is None or found.dismissed_by is not None:
        raise Conflict("NOT_APPEALED", f"no appeal against the clawback {number} is open", "clawback")
    if caller.actor in (proposal.proposed_by, found.appellant):
        raise Forbidden("SAME_PERSON", "who proposed the clawback or appealed does not answer the appeal")
    body = AppealDismissed(clawback=number, claim=proposal.claim, book=book, reason=reason)
    unit.append(body, stream=person, cause=cause)
    return 201, {"clawback": number, "claim": proposal.claim, "status": "proposed"}


async def _open_proposal(unit: Unit, number: str) -> tuple[Proposed, str, str]:
    """Give a proposal that is not decided, its person and book, with the person's stream locked."""
    proposal = await proposals.proposal(unit.conn, number)
    if proposal is None:
        raise _unknown(number)
    standing = await standing_of(unit, proposal.claim)
    if await proposals.is_decided(unit.conn, number):
        raise Conflict("ALREADY_DECIDED", f"the clawback {number} was approved or turned down before", "clawback")
    return proposal, standing.person, standing.book


def _unknown(number: str) -> NotFound:
    return NotFound("UNKNOWN_CLAWBACK", f"nobody proposed a clawback {number}", "clawback")
