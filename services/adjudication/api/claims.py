"""Claims come in, one or thousands at a time, and may be withdrawn (费用申报, 撤销)."""

import asyncio
import functools
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import orjson
from fastapi import APIRouter, Query, Request, Response

from contracts.text import Code
from services.adjudication.api.cancelling import cancel
from services.adjudication.api.forms import Explained, Submission
from services.adjudication.api.intake import MOST_CLAIMS, take_in
from services.adjudication.api.lookup import view
from services.adjudication.api.people import Submitter
from services.adjudication.desk import Library
from services.chassis.auth import Caller
from services.chassis.command import command
from services.chassis.errors import Conflict
from services.chassis.ndjson import describe, read_lines
from services.chassis.unit import Log, Unit

LONGEST_WAIT = 8
POLL_SECONDS = 0.02

Wait = Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="seconds to wait for the decision")]


def router(log: Log, library: Library) -> APIRouter:
    """Make the routes that write claims."""
    routes = APIRouter(tags=["claims"])

    async def hand_in(request: Request, caller: Caller, forms: Sequence[Submission], *, bulk: bool) -> Response:
        work = functools.partial(take_in, library=library, forms=forms, bulk=bulk)
        try:
            return await command(log, request, caller, work)
        except asyncpg.UniqueViolationError:
            raise Conflict("CLAIM_EXISTS", "another claim took this number meanwhile", "claim") from None

    @routes.post("/claims", status_code=201)
    async def submit(request: Request, body: Submission, caller: Submitter, wait: Wait = 0) -> Response:
        """费用申报. With ``wait`` the answer is the claim with its decision, if it is made in time."""
        response = await hand_in(request, caller, (body,), bulk=False)
        if wait and response.status_code == 201:
            number = orjson.loads(response.body)["claim"]
            return Response(orjson.dumps(await _decided(log, number, wait)), 201, media_type="application/json")
        return response

    @routes.post("/claims/bulk", status_code=201, openapi_extra=describe(Submission))
    async def submit_many(request: Request, caller: Submitter) -> Response:
        """批量申报: NDJSON, one claim a line, at most 5,000; every line is good, or none is taken in."""
        forms = await read_lines(request, Submission, MOST_CLAIMS)
        return await hand_in(request, caller, forms, bulk=True)

    @routes.post("/claims/{claim}/cancel", status_code=201)
    async def withdraw(request: Request, claim: Code, body: Explained, caller: Submitter) -> Response:
        """撤销申报: a negative settlement; of several approved claims the last one goes first."""

        async def work(unit: Unit, cause: UUID) -> tuple[int, dict[str, Any]]:
            return await cancel(unit, cause, claim, body.reason)

        return await command(log, request, caller, work)

    return routes


async def _decided(log: Log, claim: str, seconds: int) -> dict[str, Any]:
    """Look until there is a decision, or the time is over."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    while True:
        async with log.pool.acquire() as connection:
            found = await view(connection, claim)
        if found["status"] != "submitted" or clock() > deadline:
            return found
        await asyncio.sleep(POLL_SECONDS)
