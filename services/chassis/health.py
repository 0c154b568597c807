"""Is the service alive, is it ready, and how far has it come: health means progress, not merely a process."""

import asyncio
from datetime import date
from typing import Annotated, Any

import asyncpg
import orjson
from fastapi import APIRouter, Response
from pydantic import Field
from typing_extensions import TypedDict

from contracts.envelope import SHARDS
from contracts.topics import Service
from services.chassis.answers import answers
from services.chassis.progress import Progress, Worker
from services.chassis.unit import Log

STUCK_SECONDS = 300
"""A task that neither succeeds nor fails for so long hangs."""

DATABASE_SECONDS = 2


class Alive(TypedDict):
    """Whether all is well, and where it is not, why."""

    ok: bool
    reasons: list[str]


class TaskState(TypedDict):
    """How a task of the process fares; ``trouble`` is the kind of its last failure."""

    seconds_since_success: float
    trouble: str | None


PerShard = Annotated[dict[Service, list[int]], Field(description="by source, one number for each of its 16 shards")]


class Ready(Alive):
    """Whether the service can work now, and how far each task and shard has come."""

    service: Service
    business_date: date | None
    workers: dict[str, TaskState]
    applied: PerShard
    lag: PerShard
    backlog: Annotated[list[int], Field(description="events not sent yet, by shard")]
    parked: Annotated[dict[Service, int], Field(description="events set aside, by source")]


def health(log: Log, progress: Progress) -> APIRouter:
    """Make /livez (restart me when this is not 200) and /readyz (send me work while this is 200)."""
    router = APIRouter(tags=["health"])

    @router.get("/livez", responses=answers(Alive) | answers(Alive, 503))
    async def livez() -> Response:
        """Whether every task of the process runs and moves."""
        return _report({"reasons": _lifeless(progress)})

    @router.get("/readyz", responses=answers(Ready) | answers(Ready, 503))
    async def readyz() -> Response:
        """Whether the service can work now, and how far each task and shard has come."""
        day, reasons = await _open_day(log)
        reasons += _lifeless(progress) + _troubles(progress)
        return _report({"reasons": reasons, "service": log.service, "business_date": day, **_positions(progress)})

    return router


def _report(content: dict[str, Any]) -> Response:
    ok = not content["reasons"]
    return Response(orjson.dumps({"ok": ok, **content}), 200 if ok else 503, media_type="application/json")


def _lifeless(progress: Progress) -> list[str]:
    dead = [f"the {name} has ended" for name in progress.dead()]
    stuck = [
        f"the {worker.name} has not moved for {worker.seconds_since_success():.0f} s"
        for worker in progress.workers.values()
        if worker.trouble is None and worker.seconds_since_success() > STUCK_SECONDS
    ]
    return dead + stuck


def _troubles(progress: Progress) -> list[str]:
    failing = [f"the {worker.name} fails: {kind}" for worker in progress.workers.values() if (kind := _kind(worker))]
    return failing + [f"the history of {source} has forked: {what}" for source, what in progress.forks.items()]


def _kind(worker: Worker) -> str | None:
    """Name the kind of failure only: its text may quote a row, and anybody may ask for health."""
    return worker.trouble and worker.trouble.partition(":")[0]


async def _open_day(log: Log) -> tuple[str | None, list[str]]:
    """Read the open day, which proves in one step that the database answers and is migrated."""
    try:
        async with asyncio.timeout(DATABASE_SECONDS), log.pool.acquire() as connection:
            day = await connection.fetchval("select business_date::text from log.head where shard = 0")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return None, [f"the database does not answer: {type(error).__name__}"]
    return day, [] if day else ["no business day is open yet"]


def _positions(progress: Progress) -> dict[str, Any]:
    sources = sorted({source for source, _ in progress.known})
    taken = progress.applied
    return {
        "workers": {
            worker.name: {"seconds_since_success": round(worker.seconds_since_success(), 1), "trouble": _kind(worker)}
            for worker in progress.workers.values()
        },
        "applied": {source: [taken.get((source, shard), 0) for shard in range(SHARDS)] for source in sources},
        "lag": {source: [progress.lag(source, shard) for shard in range(SHARDS)] for source in sources},
        "backlog": [progress.backlog.get(shard, 0) for shard in range(SHARDS)],
        "parked": progress.parked,
    }
