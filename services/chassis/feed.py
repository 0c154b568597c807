"""The log as it is, for whoever may read it: other services that lack something, and the auditor."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse
from typing_extensions import TypedDict

from contracts.envelope import SHARDS
from contracts.topics import Service
from services.chassis import parking
from services.chassis.answers import answers, files
from services.chassis.auth import Caller, require
from services.chassis.log import LARGEST_SEQ
from services.chassis.ndjson import MEDIA_TYPE
from services.chassis.unit import Log

LARGEST_PAGE = 5_000
PIECE = 500
"""Events read from the table at a time, so that a page never lies in memory whole."""

Reader = Annotated[Caller, Depends(require("auditor", "service"))]
Shard = Annotated[int, Path(ge=0, lt=SHARDS)]


class ShardEnd(TypedDict):
    """The last number and hash (hex) of a shard, and the business date of what comes next."""

    shard: int
    seq: int
    hash: str
    business_date: date | None


class Heads(TypedDict):
    """Where the 16 shards of a service's log end, and how many events are parked there."""

    service: Service
    parked: int
    heads: list[ShardEnd]


def feed(log: Log) -> APIRouter:
    """Make the two routes by which a log is read."""
    router = APIRouter(tags=["log"])

    @router.get("/log/heads", responses=answers(Heads))
    async def read_heads(_: Reader) -> dict[str, Any]:
        """Where the 16 shards end, and how many events are parked here."""
        async with log.pool.acquire() as connection:
            parked = await parking.parked_count(connection)
        heads = [head._asdict() | {"hash": head.hash.hex()} for head in await log.heads()]
        return {"service": log.service, "parked": parked, "heads": heads}

    @router.get("/log/{shard}", response_class=Response, responses=files(MEDIA_TYPE))
    async def read_shard(
        _: Reader,
        shard: Shard,
        after: Annotated[int, Query(ge=0, le=LARGEST_SEQ)] = 0,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 1_000,
    ) -> StreamingResponse:
        """The events of a shard after a number, one canonical line each (NDJSON)."""
        return StreamingResponse(_lines(log, shard, after, limit), media_type=MEDIA_TYPE)

    return router


async def _lines(log: Log, shard: int, after: int, limit: int) -> AsyncIterator[bytes]:
    while limit > 0:
        events = await log.read(shard, after, min(limit, PIECE))
        if not events:
            return
        yield b"".join(event.line() + b"\n" for event in events)
        after = events[-1].seq
        limit -= len(events)
