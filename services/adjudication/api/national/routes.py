"""The national transactions of settlement (国家接口 2206-2208, 2303-2305): other words, the same way in as every claim.

A message that is refused is answered with ``infcode`` -1; who may not ask, and a fault of ours, remain HTTP's business.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, cast
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from services.adjudication.api.answers.claims import Withdrawn
from services.adjudication.api.cancelling import cancel, standing_of
from services.adjudication.api.estimates import estimated
from services.adjudication.api.handing_in import LONGEST_WAIT, decided, hand_in
from services.adjudication.api.national.message import Cancellation, Settlement
from services.adjudication.api.national.reading import form_of
from services.adjudication.api.national.tables import tables
from services.adjudication.api.national.writing import Answer, answer, refused, settled, taken_back, written
from services.adjudication.api.people import Reader, Submitter
from services.adjudication.decide.explain import Trace
from services.adjudication.decide.supervision.grounds import CANCELLED
from services.adjudication.desk import Library
from services.adjudication.store import claims
from services.chassis.command import command
from services.chassis.errors import BadInput, Conflict, NotFound
from services.chassis.faults import refusal
from services.chassis.openapi import NATIONAL
from services.chassis.trouble import Refused
from services.chassis.unit import Log, Unit

UNDECIDED = "UNDECIDED 已受理, 尚未核定, 请以同一 msgid 再次提交"
PENDED = "PENDED 已受理, 转入审核, 暂缓结算"


class NationalRoute(APIRoute):
    """A route whose refusals are national answers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler: what a caller can mend is answered with ``infcode`` -1."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except RequestValidationError as error:
                problem: BadInput | Conflict | NotFound = refusal(error.errors())
            except (BadInput, Conflict, NotFound) as raised:
                problem = raised
            except Refused as raised:
                problem = Conflict(raised.code, raised.sentence)
            return Response(refused(problem.details).model_dump_json(), media_type="application/json")

        return handle


def router(log: Log, library: Library) -> APIRouter:
    """Make the routes under ``/fsi``."""
    routes = APIRouter(prefix="/fsi", tags=[NATIONAL], route_class=NationalRoute)

    @routes.post("/2206")
    @routes.post("/2303")
    async def estimate(request: Request, body: Settlement, _: Reader) -> Answer:
        """预结算: what the settlement would pay now; nothing is written down."""
        _check(request, body)
        return await _estimate(log, library, body)

    @routes.post("/2207")
    @routes.post("/2304")
    async def settle(request: Request, body: Settlement, caller: Submitter) -> Answer:
        """结算: taken in as any claim is, and answered when it is decided; ``setl_id`` is the claim's number."""
        _check(request, body)
        form = form_of(body, tables())
        taken_in = await hand_in(log, library, request, caller, (form,), key=body.msgid)
        return await _settle(log, library, body, orjson.loads(taken_in.body)["claim"])

    @routes.post("/2208")
    @routes.post("/2305")
    async def take_back(request: Request, body: Cancellation, caller: Submitter) -> Answer:
        """撤销结算: a negative settlement that names the first one; of several the last one goes first."""
        _check(request, body)

        async def work(unit: Unit, cause: UUID) -> tuple[int, Withdrawn]:
            return await _cancel(unit, cause, body)

        await command(log, request, caller, work, body.msgid)
        return await _taken_back(log, body)

    return routes


async def _estimate(log: Log, library: Library, body: Settlement) -> Answer:
    form = form_of(body, tables())
    judged, _ = await estimated(log, library, form)
    amounts, trace = judged.result["amounts"], cast(Trace, judged.result["trace"])
    output = written(amounts, trace, form.book, form.kind, form.on.year, judged.outcome, _visit(body))
    return answer(body, output, await _notice(log, library, judged.reason, judged.findings))


async def _settle(log: Log, library: Library, body: Settlement, number: str) -> Answer:
    identity = _visit(body) | {"setl_id": number, "medins_setl_id": body.msgid}
    found = await decided(log, library, number, LONGEST_WAIT)
    if found["status"] == "submitted":
        return answer(body, {"setlinfo": identity}, UNDECIDED, done=False)
    async with log.pool.acquire() as connection:
        decision = await claims.latest_decision(connection, number)
    if decision is None or found["status"] == "cancelled":
        raise Conflict("ALREADY_CANCELLED", f"the settlement {number} was taken back", "claim")
    if found["status"] == "pended":
        clr_type = tables().clr_type(decision.body.kind, "pended")
        return answer(body, {"setlinfo": identity | {"clr_type": clr_type}}, PENDED, done=False)
    return answer(body, settled(decision.body, identity), await _notice(log, library, decision.body.reason, ()))


async def _cancel(unit: Unit, cause: UUID, body: Cancellation) -> tuple[int, Withdrawn]:
    data = body.input.data
    if (await standing_of(unit, data.setl_id)).person != data.psn_no:
        raise BadInput("WRONG_PERSON", "the settlement is another person's", "input.data.psn_no")
    decision = await claims.latest_decision(unit.conn, data.setl_id)
    taken = await claims.clawbacks(unit.conn, data.setl_id)
    # what a newer decision took of an older one is nothing that people took
    if decision and any(clawback.decision_id == decision.id for clawback in taken):
        raise Conflict("CLAWED_BACK", "part of it was clawed back: withdraw it at the counter", "claim")
    return await cancel(unit, cause, data.setl_id, f"{body.infno} {body.msgid}")


async def _taken_back(log: Log, body: Cancellation) -> Answer:
    """Answer with the negative settlement, if there was money to take back."""
    data = body.input.data
    identity = {"psn_no": data.psn_no, "init_setl_id": data.setl_id}
    async with log.pool.acquire() as connection:
        decision = await claims.latest_decision(connection, data.setl_id)
        taken = await claims.clawbacks(connection, data.setl_id)
    negative = [clawback for clawback in taken if CANCELLED in (clawback.ground, clawback.finding)]
    if negative:
        identity["setl_id"] = negative[-1].clawback
    if decision is None or decision.body.outcome == "pended":
        return answer(body, {"setlinfo": identity})
    return answer(body, taken_back(decision.body, identity))


def _check(request: Request, envelope: Settlement | Cancellation) -> None:
    if not request.url.path.endswith(envelope.infno):
        raise BadInput("WRONG_TRANSACTION", f"a message {envelope.infno} was sent to {request.url.path}", "infno")


def _visit(body: Settlement) -> dict[str, str]:
    data = body.input.data
    return {"mdtrt_id": data.mdtrt_id, "psn_no": data.psn_no, "med_type": data.med_type}


async def _notice(log: Log, library: Library, reason: str | None, findings: Sequence[str]) -> str:
    """Say why nothing is paid, or what people would look at: code and sentence."""
    codes = [*([reason] if reason else []), *findings]
    if not codes:
        return ""
    async with log.pool.acquire() as connection:
        notices = (await library.rules(connection)).intake.notices
    return "; ".join(f"{code} {notices[code].sentence}" if code in notices else code for code in codes)
