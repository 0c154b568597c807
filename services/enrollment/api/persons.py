"""The counter enrols people, one or many at a time, and looks one up (参保登记, 参保查询)."""

import functools
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from contracts.text import Code
from services.chassis.answers import answers
from services.chassis.auth import Caller, require
from services.chassis.command import command
from services.chassis.errors import NotFound
from services.chassis.ndjson import describe, read_lines
from services.chassis.unit import Log, Unit
from services.enrollment.api.answers import EnrolledMany, EnrolledOne, Person
from services.enrollment.api.verdicts import all_good
from services.enrollment.decide.enrolment import enrol
from services.enrollment.decide.identity import identify
from services.enrollment.model import MOST_LINES, Enrolment
from services.enrollment.store import records

Clerk = Annotated[Caller, Depends(require("clerk"))]
Reader = Annotated[
    Caller,
    Depends(require("clerk", "auditor", "approver", "reviewer_1", "reviewer_2", "reviewer_3", "service")),
]

MASK = "*"
OPEN_FROM = 15
"""From this length on the ends of a certificate are shown: identity numbers have 15 or 18 digits, passports 9."""
Enrolled = EnrolledOne | EnrolledMany


def router(log: Log) -> APIRouter:
    """Make the routes under ``/persons``."""
    routes = APIRouter(tags=["persons"])

    @routes.post("/persons", status_code=201, responses=answers(EnrolledOne, 201))
    async def enrol_one(request: Request, body: Enrolment, caller: Clerk) -> Response:
        """参保登记. 409 ALREADY_ENROLLED names the earlier number and period."""
        return await command(log, request, caller, functools.partial(_enrol, requests=(body,), bulk=False))

    @routes.post(
        "/persons/bulk", status_code=201, responses=answers(EnrolledMany, 201), openapi_extra=describe(Enrolment)
    )
    async def enrol_many(request: Request, caller: Clerk) -> Response:
        """批量参保: NDJSON, one enrolment a line; every line is good, or none is written."""
        lines = await read_lines(request, Enrolment, MOST_LINES)
        return await command(log, request, caller, functools.partial(_enrol, requests=lines, bulk=True))

    @routes.get("/persons/{person}", responses=answers(Person))
    async def look_up(person: Code, caller: Reader) -> dict[str, Any]:
        """参保查询: all records of a person. Name and certificate are masked for all but clerks."""
        async with log.pool.acquire() as connection:
            found = await records.person(connection, person)
        if found is None:
            raise NotFound("UNKNOWN_PERSON", f"there is no person {person}", "person")
        return found if "clerk" in caller.roles else masked(found)

    return routes


def masked(found: dict[str, Any]) -> dict[str, Any]:
    """Hide what is needed by nobody but a clerk: 张*, 3407**********1234, no phone.

    A name of one character is hidden whole, and so is a certificate too short to keep enough of it hidden.
    """
    name, certificate = found["name"], found["certificate"]
    hidden = MASK * max(len(certificate) - 8, 4)
    return found | {
        "name": name[0] + MASK * (len(name) - 1) if len(name) > 1 else MASK,
        "certificate": certificate[:4] + hidden + certificate[-4:] if len(certificate) >= OPEN_FROM else hidden,
        "phone": None,
    }


async def _enrol(unit: Unit, cause: UUID, requests: Sequence[Enrolment], *, bulk: bool) -> tuple[int, Enrolled]:
    shown = {request.certificate() for request in requests}
    named = {request.person for request in requests if request.person}
    on_record = await records.holders(unit.conn, shown, named)
    by_certificate = {certificate: person for person, certificate in on_record.items()}
    numbers = all_good(identify(requests, by_certificate, on_record, cause), bulk=bulk)
    await unit.lock(*numbers)
    periods = await records.periods(unit.conn, set(numbers))
    enrolled = all_good(enrol(requests, numbers, periods), bulk=bulk)
    await records.keep_people(unit.conn, dict(zip(numbers, requests, strict=True)), unit.actor)
    for n, body in enumerate(enrolled):
        unit.append(body, stream=body.person, cause=cause, n=n)
    return 201, EnrolledMany(persons=numbers) if bulk else EnrolledOne(person=numbers[0])
