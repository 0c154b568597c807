"""What an operator does with parked events over HTTP: look, try again, or give one up with a reason."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from contracts.envelope import SHARDS
from contracts.text import LongText
from contracts.topics import Service
from services.chassis import parking
from services.chassis.auth import Caller, require
from services.chassis.errors import NotFound
from services.chassis.intake import Handler
from services.chassis.progress import Progress
from services.chassis.release import resolve, retry
from services.chassis.unit import Log

LONGEST_LIST = 1_000

Operator = Annotated[Caller, Depends(require("operator"))]
Onlooker = Annotated[Caller, Depends(require("operator", "auditor", "service"))]
Shard = Annotated[int, Path(ge=0, lt=SHARDS)]
Seq = Annotated[int, Path(ge=1, lt=2**63)]


class Resolution(BaseModel):
    """处理说明: why an event is given up."""

    model_config = ConfigDict(extra="forbid")

    why: Annotated[LongText, Field(min_length=1)]


def parked(log: Log, handlers: Mapping[Service, Handler], progress: Progress) -> APIRouter:
    """Make the routes of the parked events of a service."""
    router = APIRouter(tags=["parked"])

    @router.get("/parked")
    async def list_parked(_: Onlooker) -> dict[str, Any]:
        """The parked events with their reasons, oldest first."""
        async with log.pool.acquire() as connection:
            count = await parking.parked_count(connection)
            return {"count": count, "parked": await parking.listing(connection, LONGEST_LIST)}

    @router.post("/parked/{source}/{shard}/{seq}/retry")
    async def retry_parked(caller: Operator, source: Service, shard: Shard, seq: Seq) -> dict[str, Any]:
        """Apply what is parked of this event's stream, in order, up to what fails again."""
        stream = await _stream(source, shard, seq)
        return await _release(caller, source, shard, stream)

    @router.post("/parked/{source}/{shard}/{seq}/resolve")
    async def resolve_parked(
        caller: Operator, source: Service, shard: Shard, seq: Seq, resolution: Resolution
    ) -> dict[str, Any]:
        """Give this event up, never to be applied; then go on with what waits behind it."""
        stream = await _stream(source, shard, seq)
        await resolve(log, source, shard, seq, caller.actor, resolution.why)
        return await _release(caller, source, shard, stream)

    async def _stream(source: Service, shard: int, seq: int) -> str:
        async with log.pool.acquire() as connection:
            stream = await parking.stream_of(connection, source, shard, seq)
        if stream is None or source not in handlers:
            raise NotFound("NOT_PARKED", f"no event {seq} of shard {shard} of {source} is parked here")
        return stream

    async def _release(caller: Caller, source: Service, shard: int, stream: str) -> dict[str, Any]:
        released = await retry(log, source, handlers[source], stream, shard, caller.actor)
        async with log.pool.acquire() as connection:
            progress.put_aside(source, await parking.parked_count(connection, source))
        return released._asdict()

    return router
