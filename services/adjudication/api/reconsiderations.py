"""再核定: see what is being looked at again and how far it has come; let a corrected rule pack apply to the past."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contracts.reconsideration import ReconsiderationApproved, ReconsiderationRejected
from contracts.text import Code
from services.adjudication.api.answers.cases import Reconsiderations, ReconsiderationStatus
from services.adjudication.api.forms import Explained
from services.adjudication.api.people import Approver, Reader
from services.adjudication.store import reconsiderations
from services.chassis.answers import answers
from services.chassis.command import command
from services.chassis.errors import Conflict, NotFound
from services.chassis.unit import Log, Unit

Answer = tuple[int, dict[str, Any]]


def router(log: Log) -> APIRouter:
    """Make the routes under ``/reconsiderations``."""
    routes = APIRouter(tags=["reconsiderations"])

    @routes.get("/reconsiderations", responses=answers(Reconsiderations))
    async def listing(_: Reader) -> dict[str, Any]:
        """再核定清单: because of what, since when, how many persons were looked at and claims decided again so far."""
        async with log.pool.acquire() as connection:
            return {"reconsiderations": await reconsiderations.listing(connection)}

    @routes.post("/reconsiderations/{number}/approve", status_code=201, responses=answers(ReconsiderationStatus, 201))
    async def approve(request: Request, number: Code, caller: Approver) -> Response:
        """再核定审批: where a corrected rule pack pays more, it is paid at once; less goes before reviewers."""

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _decide(unit, cause, ReconsiderationApproved(reconsideration=number), "open")

        return await command(log, request, caller, work)

    @routes.post("/reconsiderations/{number}/reject", status_code=201, responses=answers(ReconsiderationStatus, 201))
    async def reject(request: Request, number: Code, body: Explained, caller: Approver) -> Response:
        """再核定否决: what was decided before the corrected rule pack stays as it is."""

        async def work(unit: Unit, cause: UUID) -> Answer:
            said = ReconsiderationRejected(reconsideration=number, reason=body.reason)
            return await _decide(unit, cause, said, "rejected")

        return await command(log, request, caller, work)

    return routes


async def _decide(
    unit: Unit, cause: UUID, said: ReconsiderationApproved | ReconsiderationRejected, status: str
) -> Answer:
    number = said.reconsideration
    await unit.lock(number)
    found = await reconsiderations.shown(unit.conn, number)
    if found is None:
        raise NotFound("UNKNOWN_RECONSIDERATION", f"there is no reconsideration {number}", "number")
    if found["status"] != "proposed":
        raise Conflict("NOT_PROPOSED", f"the reconsideration {number} is {found['status']}", "number")
    unit.append(said, stream=number, cause=cause)
    return 201, {"reconsideration": number, "status": status}
