"""What operators do with parked events over HTTP: look, try again, or, two of them, give one up with a reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from contracts.text import LongText
from contracts.topics import Service
from services.chassis import parking
from services.chassis.answers import answers
from services.chassis.auth import Caller, require
from services.chassis.errors import NotFound
from services.chassis.feed import Shard
from services.chassis.intake import Handler
from services.chassis.log import LARGEST_SEQ
from services.chassis.progress import Progress
from services.chassis.release import give_up, propose, retry
from services.chassis.unit import Log

LONGEST_LIST = 1_000

Checker = Annotated[Caller, Depends(require("operator", "chief_accountant"))]
Operator = Annotated[Caller, Depends(require("operator"))]
Onlooker = Annotated[Caller, Depends(require("operator", "auditor", "service"))]
Seq = Annotated[int, Path(ge=1, le=LARGEST_SEQ)]


class Resolution(BaseModel):
    """处理说明: why an event is given up."""

    model_config = ConfigDict(extra="forbid")

    why: Annotated[LongText, Field(min_length=1)]


class ParkedEvent(TypedDict):
    """挂起: an event that was set aside, why, and who proposed to give it up on what grounds."""

    source: Service
    shard: int
    seq: int
    stream: str
    kind: str
    code: str
    reason: str
    parked_at: datetime
    maker: str | None
    grounds: str | None


class ParkedList(TypedDict):
    """All that is parked is counted; the oldest are shown."""

    count: int
    parked: list[ParkedEvent]


class Freed(TypedDict):
    """How many events of the stream were applied, and why the next one still cannot be (null: nothing is left)."""

    applied: int
    code: str | None
    reason: str | None


class GivingUp(TypedDict):
    """A proposal to give an event up: who made it, and why."""

    event: UUID
    kind: str
    maker: str
    grounds: str


def parked(log: Log, handlers: Mapping[Service, Handler], progress: Progress) -> APIRouter:
    """Make the routes of the parked events of a service."""
    router = APIRouter(tags=["parked"])

    @router.get("/parked", responses=answers(ParkedList))
    async def list_parked(_: Onlooker) -> dict[str, Any]:
        """The parked events with their reasons, oldest first."""
        async with log.pool.acquire() as connection:
            count = await parking.parked_count(connection)
            return {"count": count, "parked": await parking.listing(connection, LONGEST_LIST)}

    @router.post("/parked/{source}/{shard}/{seq}/retry", responses=answers(Freed))
    async def retry_parked(caller: Operator, source: Service, shard: Shard, seq: Seq) -> dict[str, Any]:
        """Apply what is parked of this event's stream, in order, up to what fails again."""
        async with log.pool.acquire() as connection:
            found = await parking.find(connection, source, shard, seq)
        if found is None or source not in handlers:
            raise NotFound("NOT_PARKED", f"no event {seq} of shard {shard} of {source} is parked here")
        return await _release(caller, source, shard, found.event.stream)

    @router.post("/parked/{source}/{shard}/{seq}/resolve", responses=answers(GivingUp))
    async def resolve_parked(
        caller: Operator, source: Service, shard: Shard, seq: Seq, resolution: Resolution
    ) -> dict[str, Any]:
        """放弃处理申请: propose to give this event up, never to be applied. It waits until another person approves."""
        event = await propose(log, source, shard, seq, caller.actor, resolution.why)
        return {"event": event.id, "kind": event.kind, "maker": caller.actor, "grounds": resolution.why}

    @router.post("/parked/{source}/{shard}/{seq}/approve", responses=answers(Freed))
    async def approve_parked(caller: Checker, source: Service, shard: Shard, seq: Seq) -> dict[str, Any]:
        """放弃处理复核: another person gives the event up as proposed; then what waits behind it goes on."""
        event = await give_up(log, source, shard, seq, caller.actor)
        return await _release(caller, source, shard, event.stream)

    async def _release(caller: Caller, source: Service, shard: int, stream: str) -> dict[str, Any]:
        released = await retry(log, source, handlers[source], stream, shard, caller.actor)
        async with log.pool.acquire() as connection:
            progress.put_aside(source, await parking.parked_count(connection, source))
        return released._asdict()

    return router
