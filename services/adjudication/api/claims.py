"""Claims come in, one or thousands at a time, are looked up, and may be withdrawn (费用申报, 查询, 撤销)."""

import asyncio
import functools
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import orjson
from fastapi import APIRouter, Query, Request, Response

from contracts.text import Code
from services.adjudication.api.cancelling import cancel
from services.adjudication.api.forms import Explained, Submission
from services.adjudication.api.intake import MOST_CLAIMS, take_in
from services.adjudication.api.people import Reader, Submitter
from services.adjudication.decide.review import position
from services.adjudication.desk import Library
from services.adjudication.store import claims, listings
from services.chassis.auth import Caller
from services.chassis.command import command
from services.chassis.errors import Conflict, NotFound
from services.chassis.ndjson import describe, read_lines
from services.chassis.postgres import Connection
from services.chassis.unit import Log, Unit

LONGEST_WAIT = 8
POLL_SECONDS = 0.02

Wait = Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="seconds to wait for the decision")]
Limit = Annotated[int, Query(ge=1, le=5_000)]


def router(log: Log, library: Library) -> APIRouter:
    """Make the routes under ``/claims``."""
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

    @routes.get("/claims")
    async def listing(
        _: Reader,
        status: Literal["submitted", "approved", "denied", "pended", "cancelled"] | None = None,
        day: date | None = None,
        after: str = "",
        limit: Limit = 100,
    ) -> dict[str, Any]:
        """申报清单: claims in the order of their numbers, by status and by the business day they came in."""
        async with log.pool.acquire() as connection:
            return {"claims": await listings.claims(connection, status, day, after, limit)}

    @routes.get("/claims/totals")
    async def totals(_: Reader, day: date | None = None) -> dict[str, Any]:
        """申报汇总: claims, billed fen and fund fen by status, of one business day of intake or of all."""
        async with log.pool.acquire() as connection:
            return {"totals": await listings.totals(connection, day)}

    @routes.get("/claims/{claim}")
    async def look_up(claim: Code, _: Reader) -> dict[str, Any]:
        """申报查询: the claim, its status, every decision, review and clawback."""
        async with log.pool.acquire() as connection:
            return await view(connection, claim)

    @routes.post("/claims/{claim}/cancel", status_code=201)
    async def withdraw(request: Request, claim: Code, body: Explained, caller: Submitter) -> Response:
        """撤销申报: a negative settlement; of several approved claims the last one goes first."""

        async def work(unit: Unit, cause: UUID) -> tuple[int, dict[str, Any]]:
            return await cancel(unit, cause, claim, body.reason)

        return await command(log, request, caller, work)

    return routes


async def view(connection: Connection, claim: str) -> dict[str, Any]:
    """Show a claim with all that happened to it. Raises ``NotFound`` UNKNOWN_CLAIM."""
    found = await claims.shown(connection, claim)
    if found is None:
        raise NotFound("UNKNOWN_CLAIM", f"there is no claim {claim}", "claim")
    decisions = await claims.decisions(connection, claim)
    latest = await claims.latest_decision(connection, claim)
    reviews = await claims.reviews(connection, claim)
    status = decisions[-1]["outcome"] if decisions else "submitted"
    stage = None
    if status == "pended" and latest is not None:
        acts = await claims.acts(connection, claim, latest.id)
        stage = position(latest.body.pay_to, acts).stage
    return found | {
        "status": "cancelled" if found["cancelled"] else status,
        "stage": stage,
        "amounts": latest.body.amounts.model_dump() if latest else None,
        "decisions": decisions,
        "reviews": reviews,
        "clawbacks": [taken.model_dump() for taken in await claims.clawbacks(connection, claim)],
    }


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
