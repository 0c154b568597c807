"""End to end: claims in by HTTP, decided, owed and booked by four processes; throughput, then latency."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import orjson

from services.chassis.postgres import Connection
from services.cli.agency import Agency
from services.cli.demo.people import CLERK
from services.cli.demo.scenario import Json

PIECE = 1_000
"""Claims of one bulk request."""
SENDERS = 2
"""Requests under way at a time."""
LOOK_SECONDS = 0.02

LATENCY_RATE = 200
LATENCY_PIECE = 10
LATENCY_LOOK_SECONDS = 0.01
PATIENCE_SECONDS = 300.0


@dataclass
class Counter:
    """The claims counter, and the three databases that a claim leaves its traces in."""

    http: httpx.AsyncClient
    token: str
    databases: dict[str, Connection] = field(default_factory=dict)
    """By service; ``watch`` is a second way into the ledger's."""

    async def hand_in(self, claims: Sequence[Json]) -> None:
        """Hand claims in with one bulk request; returns when they are committed."""
        headers = {
            "authorization": f"Bearer {self.token}",
            "idempotency-key": str(uuid4()),
            "content-type": "application/x-ndjson",
        }
        answer = await self.http.post("/claims/bulk", content=lines(claims), headers=headers)
        answer.raise_for_status()

    async def settled(self) -> None:
        """Return when every claim handed in is decided, and payment and the ledger have committed what follows."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not await self._all_taken_in():
            if time.monotonic() > deadline:
                raise TimeoutError("the services did not take in what was handed in")
            await asyncio.sleep(LOOK_SECONDS)

    async def _all_taken_in(self) -> bool:
        # own decisions are read back too, so nothing is under way once the numbers agree
        said = await self.look("adjudication", "select sum(seq) from log.head")
        return all([await self.look(service, _TAKEN) == said for service in ("adjudication", "payment", "ledger")])

    async def look(self, service: str, sql: str, *arguments: Any) -> Any:
        """Look one value up in a service's database."""
        return await self.databases[service].fetchval(sql, *arguments)


@asynccontextmanager
async def counter(running: Agency) -> AsyncIterator[Counter]:
    """Open the counter of a running agency."""
    actor, role = CLERK
    async with httpx.AsyncClient(base_url=running.url("adjudication"), timeout=PATIENCE_SECONDS) as http:
        opened = Counter(http, running.issuer.token(actor, [role]))
        for service in ("adjudication", "payment", "ledger"):
            opened.databases[service] = await asyncpg.connect(running.databases[service].url)
        opened.databases["watch"] = await asyncpg.connect(running.databases["ledger"].url)
        yield opened
        for database in opened.databases.values():
            await database.close()


def lines(claims: Sequence[Json]) -> bytes:
    """Write claims as NDJSON."""
    return b"\n".join(orjson.dumps(claim) for claim in claims)


async def throughput(at: Counter, claims: Sequence[Json]) -> float:
    """Hand claims in as fast as they are taken; give claims a second until the last is booked and owed."""
    pieces = iter([claims[start : start + PIECE] for start in range(0, len(claims), PIECE)])

    async def send() -> None:
        for piece in pieces:
            await at.hand_in(piece)

    began = time.perf_counter()
    await asyncio.gather(*(send() for _ in range(SENDERS)))
    await at.settled()
    return len(claims) / (time.perf_counter() - began)


async def latency(at: Counter, claims: Sequence[Json]) -> dict[str, float]:
    """Hand claims in at ``LATENCY_RATE`` a second, whether or not earlier ones are done.

    Gives the milliseconds from the moment a request was due to the moment its entry was seen in the ledger's table,
    of the claims that are booked (the denied and the pended make no entry).
    """
    under_way: dict[str, float] = {}
    seconds: list[float] = []
    watching = asyncio.create_task(_watch(at, under_way, seconds))
    loop = asyncio.get_running_loop()
    began = loop.time()
    sends = []
    for n, piece in enumerate(_pieces(claims)):
        due = began + n * LATENCY_PIECE / LATENCY_RATE
        await asyncio.sleep(max(0.0, due - loop.time()))
        under_way |= {str(claim["claim"]): due for claim in piece}
        sends.append(asyncio.create_task(at.hand_in(piece)))
    await asyncio.gather(*sends)
    await at.settled()
    await asyncio.sleep(2 * LATENCY_LOOK_SECONDS)
    watching.cancel()
    await asyncio.wait([watching])
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50": round(cuts[49] * 1000, 1), "p99": round(cuts[98] * 1000, 1)}


def _pieces(claims: Sequence[Json]) -> list[Sequence[Json]]:
    return [claims[start : start + LATENCY_PIECE] for start in range(0, len(claims), LATENCY_PIECE)]


async def _watch(at: Counter, under_way: dict[str, float], seconds: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        rows = await at.databases["watch"].fetch(_BOOKED, list(under_way))
        now = loop.time()
        seconds += [now - under_way.pop(row["claim"]) for row in rows]
        await asyncio.sleep(LATENCY_LOOK_SECONDS)


_TAKEN = "select sum(seq) from log.applied where source = 'adjudication'"

_BOOKED = "select distinct (lines[1]).claim from state.entry where (lines[1]).claim = any($1::text[])"
