"""The counter records tags, illnesses and states of people (身份标识, 慢特病认定, 参保状态)."""

import functools
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.answers import answers
from services.chassis.auth import Caller, require
from services.chassis.command import command
from services.chassis.ndjson import describe, read_lines
from services.chassis.unit import Log, Unit
from services.enrollment.api.answers import Recorded
from services.enrollment.api.verdicts import all_good
from services.enrollment.decide.standing import Change, Changed, change
from services.enrollment.model import MOST_LINES, Certification, StatusChange, TagChange
from services.enrollment.store import records

Clerk = Annotated[Caller, Depends(require("clerk"))]


def router(log: Log) -> APIRouter:
    """Make the routes under ``/tags``, ``/certificates`` and ``/statuses``, each for one and for many."""
    routes = APIRouter(tags=["standing"])
    _add(routes, log, "/tags", TagChange, "身份标识: a person holds a tag for a period.")
    _add(routes, log, "/certificates", Certification, "慢特病认定: a person is certified for a disease.")
    _add(routes, log, "/statuses", StatusChange, "参保状态变更: from a day on a person is in a state.")
    return routes


def _add(routes: APIRouter, log: Log, path: str, model: type[Change], summary: str) -> None:
    async def one(request: Request, body: Change, caller: Clerk) -> Response:
        return await command(log, request, caller, functools.partial(_change, requests=(body,), bulk=False))

    async def many(request: Request, caller: Clerk) -> Response:
        lines = await read_lines(request, model, MOST_LINES)
        return await command(log, request, caller, functools.partial(_change, requests=lines, bulk=True))

    one.__annotations__["body"] = model  # FastAPI reads the annotation: each path takes its own model
    name = path.strip("/")
    said = answers(Recorded, 201)
    routes.add_api_route(path, one, methods=["POST"], status_code=201, responses=said, name=name, description=summary)
    routes.add_api_route(
        f"{path}/bulk",
        many,
        methods=["POST"],
        status_code=201,
        responses=said,
        name=f"{name}_bulk",
        openapi_extra=describe(model),
        description=f"{summary} NDJSON, one a line; every line is good, or none is written.",
    )


async def _change(unit: Unit, cause: UUID, requests: Sequence[Change], *, bulk: bool) -> tuple[int, Recorded]:
    persons = {request.person for request in requests}
    await unit.lock(*persons)
    members = await records.memberships(unit.conn, persons)
    changed: list[Changed] = all_good(change(requests, members), bulk=bulk)
    for n, body in enumerate(changed):
        unit.append(body, stream=body.person, cause=cause, n=n)
    return 201, {"recorded": len(changed)}
