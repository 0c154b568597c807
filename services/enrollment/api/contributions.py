"""Contributions come in, from the counter, the tax office or the treasury (缴费到账)."""

import functools
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.answers import answers
from services.chassis.auth import Caller, require
from services.chassis.command import command
from services.chassis.day import open_day
from services.chassis.ndjson import describe, read_lines
from services.chassis.unit import Log, Unit
from services.enrollment.api.answers import Received
from services.enrollment.api.verdicts import all_good
from services.enrollment.decide.contributions import receive
from services.enrollment.model import MOST_LINES, Contribution
from services.enrollment.store import records

Sender = Annotated[Caller, Depends(require("clerk", "service"))]


def router(log: Log) -> APIRouter:
    """Make the routes under ``/contributions``."""
    routes = APIRouter(tags=["contributions"])

    @routes.post("/contributions", status_code=201, responses=answers(Received, 201))
    async def receive_one(request: Request, body: Contribution, caller: Sender) -> Response:
        """缴费到账. 409 DUPLICATE_CONTRIBUTION for the same person, year, payer and bank key."""
        return await command(log, request, caller, functools.partial(_receive, requests=(body,), bulk=False))

    @routes.post(
        "/contributions/bulk", status_code=201, responses=answers(Received, 201), openapi_extra=describe(Contribution)
    )
    async def receive_many(request: Request, caller: Sender) -> Response:
        """批量到账: NDJSON, one contribution a line; every line is good, or none is written."""
        lines = await read_lines(request, Contribution, MOST_LINES)
        return await command(log, request, caller, functools.partial(_receive, requests=lines, bulk=True))

    return routes


async def _receive(unit: Unit, cause: UUID, requests: Sequence[Contribution], *, bulk: bool) -> tuple[int, Received]:
    persons = {request.person for request in requests}
    await unit.lock(*persons)
    received = all_good(
        receive(
            requests,
            members=await records.memberships(unit.conn, persons),
            known=await records.known_contributions(unit.conn, [request.key() for request in requests]),
            today=await open_day(unit.conn),
        ),
        bulk=bulk,
    )
    for n, body in enumerate(received):
        unit.append(body, stream=body.person, cause=cause, n=n)
    return 201, {"contributions": len(received), "amount": sum(body.amount for body in received)}
