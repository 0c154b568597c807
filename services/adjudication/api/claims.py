"""Claims come in, one or thousands at a time, and may be withdrawn (费用申报, 撤销)."""

from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response

from contracts.text import Code
from services.adjudication.api.answers.claims import ShownClaim, TakenIn, TakenInMany, Withdrawn
from services.adjudication.api.cancelling import cancel
from services.adjudication.api.forms import Explained, Submission
from services.adjudication.api.handing_in import Wait, decided, hand_in
from services.adjudication.api.intake import MOST_CLAIMS
from services.adjudication.api.people import Submitter
from services.adjudication.desk import Library
from services.chassis.answers import answers
from services.chassis.command import command
from services.chassis.ndjson import describe, read_lines
from services.chassis.unit import Log, Unit


def router(log: Log, library: Library) -> APIRouter:
    """Make the routes that write claims."""
    routes = APIRouter(tags=["claims"])

    @routes.post("/claims", status_code=201, responses=answers(TakenIn | ShownClaim, 201))
    async def submit(request: Request, body: Submission, caller: Submitter, wait: Wait = 0) -> Response:
        """费用申报. With ``wait`` the answer is the claim with its decision, if it is made in time."""
        response = await hand_in(log, library, request, caller, (body,))
        if wait and response.status_code == 201:
            number = orjson.loads(response.body)["claim"]
            return Response(orjson.dumps(await decided(log, library, number, wait)), 201, media_type="application/json")
        return response

    @routes.post(
        "/claims/bulk", status_code=201, responses=answers(TakenInMany, 201), openapi_extra=describe(Submission)
    )
    async def submit_many(request: Request, caller: Submitter) -> Response:
        """批量申报: NDJSON, one claim a line, at most 5,000; every line is good, or none is taken in."""
        forms = await read_lines(request, Submission, MOST_CLAIMS)
        return await hand_in(log, library, request, caller, forms, bulk=True)

    @routes.post("/claims/{claim}/cancel", status_code=201, responses=answers(Withdrawn, 201))
    async def withdraw(request: Request, claim: Code, body: Explained, caller: Submitter) -> Response:
        """撤销申报: a negative settlement; of several approved claims the last one goes first."""

        async def work(unit: Unit, cause: UUID) -> tuple[int, Withdrawn]:
            return await cancel(unit, cause, claim, body.reason)

        return await command(log, request, caller, work)

    return routes
