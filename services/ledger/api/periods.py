"""月结, 年结: a month or a year is put forward by one person and sealed by another."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Path, Request, Response

from contracts.closing import STREAM, Month, MonthClosed, PeriodPrepared, Year, YearClosed
from services.chassis.answers import answers
from services.chassis.auth import Caller, require
from services.chassis.command import Answer, command
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.unit import Log, Unit
from services.ledger import folding_up
from services.ledger.api import views
from services.ledger.api.answers.closing import PreparedPeriod, SealText
from services.ledger.api.closing import Agreed, refusal
from services.ledger.decide.gate import Missing
from services.ledger.decide.period import PeriodFacts, month_of, period_gate, year_of
from services.ledger.decide.seal import digest_of, seal_hash, sealed
from services.ledger.sealing import own_heads
from services.ledger.signing import SealKey
from services.ledger.store import closing

Accountant = Annotated[Caller, Depends(require("accountant"))]
Chief = Annotated[Caller, Depends(require("chief_accountant"))]
Reader = Annotated[Caller, Depends(require("accountant", "chief_accountant", "auditor", "operator", "service"))]

Period = Month | Year
Named = Annotated[Period, Path(description="a month, 2017-03, or a year, 2017")]


def router(log: Log, key: SealKey) -> APIRouter:
    """Make the routes under ``/periods``."""
    routes = APIRouter(tags=["closing"])

    @routes.get("/periods/{period}", responses=answers(SealText))
    async def show(period: Named, caller: Reader) -> Response:
        """Show the seal of a month or a year, or 404 PERIOD_NOT_SEALED."""
        async with log.pool.acquire() as conn:
            body = await closing.seal_body(conn, period)
        if body is None:
            raise NotFound("PERIOD_NOT_SEALED", f"{period} is not sealed", "period")
        return Response(body, media_type="application/json")

    @routes.post("/periods/{period}/prepare", responses=answers(PreparedPeriod))
    async def prepare(request: Request, period: Named, caller: Accountant) -> Response:
        """月结、年结申请: say what is missing, or the digest of what would be sealed."""
        return await command(log, request, caller, lambda unit, cause: prepare_period(unit, cause, period))

    @routes.post("/periods/{period}/seal", status_code=201, responses=answers(SealText, 201))
    async def seal(request: Request, period: Named, body: Agreed, caller: Chief) -> Response:
        """月结、年结: another person seals exactly what was put forward. 409 lists everything that is missing."""
        return await command(log, request, caller, lambda unit, cause: seal_period(unit, cause, period, body, key))

    return routes


async def prepare_period(unit: Unit, cause: UUID, period: str) -> Answer:
    """Put a month or a year forward, as far as nothing is missing."""
    await unit.lock_all()
    facts = await folding_up.gather(unit.conn, period)
    missing = period_gate(facts)
    digest = None if missing else digest_of(draft(facts, unit.actor))
    if digest:
        body = PeriodPrepared(period=period, digest=digest, maker=unit.actor)
        unit.append(body, stream=STREAM, cause=cause)
    return 200, {"period": period, "ready": not missing, "missing": views.missing(missing), "digest": digest}


async def seal_period(unit: Unit, cause: UUID, period: str, agreed: Agreed, key: SealKey) -> Answer:
    """Seal a month or a year that somebody else put forward."""
    await unit.lock_all()
    if await closing.seal_body(unit.conn, period) is not None:
        raise Conflict("ALREADY_SEALED", f"{period} is sealed", "period")
    facts = await folding_up.gather(unit.conn, period)
    missing = period_gate(facts)
    prepared = await closing.prepared(unit.conn, period)
    if prepared is None:
        missing = (*missing, Missing("NOT_PREPARED", period, f"nobody has put {period} forward"))
    if missing or prepared is None:
        raise refusal(missing)
    if prepared.maker == unit.actor:
        raise Forbidden("SAME_PERSON", f"{unit.actor} put {period} forward; somebody else must seal it")
    proposal = draft(facts, prepared.maker)
    if {digest_of(proposal), prepared.digest} != {agreed.digest}:
        raise Conflict("CHANGED", f"{period} is not what was put forward any more; prepare it again", "digest")
    closed = sealed(proposal, unit.actor, await own_heads(unit), key.signer)
    unit.append(closed, stream=STREAM, cause=cause)
    return 201, orjson.loads(closed.canonical()) | {"seal": seal_hash(closed)}


def draft(facts: PeriodFacts, maker: str) -> MonthClosed | YearClosed:
    """Make the seal of a month or of a year, whichever the facts are of."""
    return year_of(facts, maker) if len(facts.span.period) == 4 else month_of(facts, maker)
