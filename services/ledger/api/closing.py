"""日终, 日结: the end of a day is called, the day is put forward by one person and sealed by another."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response

from contracts.closing import STREAM, DayPrepared
from contracts.envelope import Part
from contracts.text import Day, Digest
from contracts.topics import Service
from services.chassis.answers import answers
from services.chassis.auth import Caller, require
from services.chassis.command import Answer, command
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.postgres import Connection
from services.chassis.progress import Progress
from services.chassis.unit import Log, Unit
from services.ledger.api import views
from services.ledger.api.answers.closing import Days, EndedDay, PreparedDay, SealText
from services.ledger.decide.gate import Missing
from services.ledger.decide.seal import NOBODY, digest_of, seal_hash, sealed
from services.ledger.ending import call_end
from services.ledger.sealing import lay_together, look, own_heads
from services.ledger.signing import SealKey
from services.ledger.store import closing

Operator = Annotated[Caller, Depends(require("operator", "service"))]
Accountant = Annotated[Caller, Depends(require("accountant"))]
Chief = Annotated[Caller, Depends(require("chief_accountant"))]
Reader = Annotated[Caller, Depends(require("accountant", "chief_accountant", "auditor", "operator", "service"))]


class DayEnd(Part):
    """日终: which day ends (the open one) and which opens (the calendar's next, where none is named)."""

    day: Day | None = None
    next: Day | None = None


class Agreed(Part):
    """The digest of what was put forward: exactly that is sealed, or nothing."""

    digest: Digest


def router(log: Log, key: SealKey, progress: Progress) -> APIRouter:
    """Make the routes under ``/days``."""
    routes = APIRouter(tags=["closing"])

    @routes.post("/days/end", status_code=201, responses=answers(EndedDay, 201))
    async def end_day(request: Request, body: DayEnd, caller: Operator) -> Response:
        """日终: rolling the business date is never blocked; sealing the day comes after."""
        return await command(log, request, caller, lambda unit, cause: end(unit, cause, body))

    @routes.get("/days/{day}", responses=answers(SealText))
    async def show_day(day: date, caller: Reader) -> Response:
        """Show the seal of a day, or 404 DAY_NOT_SEALED."""
        async with log.pool.acquire() as conn:
            body = await closing.seal_body(conn, day.isoformat())
        if body is None:
            raise NotFound("DAY_NOT_SEALED", f"{day} is not sealed", "day")
        return Response(body, media_type="application/json")

    @routes.get("/days", responses=answers(Days))
    async def list_days(caller: Reader) -> dict[str, Any]:
        """List the open day, the first one that waits for its seal, and the chain of seals."""
        async with log.pool.acquire() as conn:
            return await _days(conn)

    @routes.post("/days/{day}/prepare", responses=answers(PreparedDay))
    async def prepare(request: Request, day: date, caller: Accountant) -> Response:
        """日结申请: match what can be matched, then say what is missing, or the digest of what would be sealed."""
        return await command(
            log, request, caller, lambda unit, cause: prepare_day(unit, cause, day, progress.parked_there)
        )

    @routes.post("/days/{day}/seal", status_code=201, responses=answers(SealText, 201))
    async def seal(request: Request, day: date, body: Agreed, caller: Chief) -> Response:
        """日结: another person seals exactly what was put forward. 409 lists everything that is missing."""
        return await command(
            log, request, caller, lambda unit, cause: seal_day(unit, cause, day, body, key, progress.parked_there)
        )

    return routes


async def _days(conn: Connection) -> dict[str, Any]:
    return {
        "open": await closing.open_day(conn),
        "first_unsealed": await closing.first_unsealed(conn),
        "sealed": [seal._asdict() for seal in await closing.sealed(conn, 10)],
    }


async def end(unit: Unit, cause: UUID, body: DayEnd) -> Answer:
    """Answer a call for the end of the day with the day that ended and the one that opened."""
    ended = await call_end(unit, cause, body.day, body.next)
    return 201, {"day": ended.day, "next": ended.following}


async def prepare_day(unit: Unit, cause: UUID, day: date, parked: Mapping[Service, int]) -> Answer:
    """Put a day forward, as far as nothing is missing."""
    await unit.lock_all()
    matches = await lay_together(unit, day, cause)
    missing, seal = await look(unit, day, unit.actor, parked)
    digest = digest_of(seal) if seal else None
    if digest:
        unit.append(DayPrepared(day=day, digest=digest, maker=unit.actor), stream=STREAM, cause=cause)
    return 200, {
        "day": day,
        "ready": digest is not None,
        "matches": matches,
        "missing": views.missing(missing),
        "digest": digest,
        "root": seal.root if seal else None,
        "entries": seal.entries if seal else None,
    }


async def seal_day(
    unit: Unit, cause: UUID, day: date, agreed: Agreed, key: SealKey, parked: Mapping[Service, int]
) -> Answer:
    """Seal a day that somebody else put forward. Raises ``Conflict`` or ``Forbidden`` SAME_PERSON."""
    await unit.lock_all()
    if await closing.seal_body(unit.conn, day.isoformat()) is not None:
        raise Conflict("ALREADY_SEALED", f"{day} is sealed; what comes later is booked on a later day", "day")
    prepared = await closing.prepared(unit.conn, day.isoformat())
    if prepared is None:
        nobody = Missing("NOT_PREPARED", str(day), f"nobody has put {day} forward")
        raise refusal((*(await look(unit, day, NOBODY, parked)).missing, nobody))
    if prepared.maker == unit.actor:
        raise Forbidden("SAME_PERSON", f"{unit.actor} put {day} forward; somebody else must seal it")
    verdict = await look(unit, day, prepared.maker, parked)
    if verdict.seal is None:
        raise refusal(verdict.missing)
    if {digest_of(verdict.seal), prepared.digest} != {agreed.digest}:
        raise Conflict("CHANGED", f"{day} is not what was put forward any more; prepare it again", "digest")
    closed = sealed(verdict.seal, unit.actor, await own_heads(unit), key.signer)
    unit.append(closed, stream=STREAM, cause=cause)
    return 201, orjson.loads(closed.canonical()) | {"seal": seal_hash(closed)}


def refusal(missing: tuple[Missing, ...]) -> Conflict:
    """Refuse a seal with everything that is missing."""
    return Conflict.of(views.faults(missing))
