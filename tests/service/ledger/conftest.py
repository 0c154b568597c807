"""The sources of a ledger in a test: real logs of the other services, brought to it as its consumer does."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import cast
from uuid import uuid4

import pytest

from contracts.envelope import SHARDS, Body, Event
from contracts.topics import Service
from services.chassis import day, log, postgres
from services.chassis.intake import Intake
from services.chassis.postgres import Connection
from services.chassis.progress import Progress
from services.chassis.unit import Log
from services.chassis.upstream import Upstream
from services.ledger.__main__ import SERVICE
from tests.templates import Migrated

FIRST_DAY = date(2017, 3, 1)


class Source:
    """Another service's real log, read as its feed is."""

    def __init__(self, name: Service, kept: Log) -> None:
        self.name = name
        self.log = kept

    async def say(self, *bodies: Body) -> None:
        async with self.log.unit("somebody") as unit:
            for n, body in enumerate(bodies):
                unit.append(body, stream=f"stream-{n}", cause=uuid4())

    async def end_day(self, of: date, following: date) -> None:
        async with self.log.unit("somebody") as unit:
            await day.end(unit, self.name, of, following, uuid4())

    async def events(self, shard: int, after: int, limit: int) -> list[Event]:
        return await self.log.read(shard, after, limit)

    async def all(self) -> list[Event]:
        return [event for shard in range(SHARDS) for event in await self.log.read(shard, 0, 10_000)]

    async def reach(self, ledger: Log) -> None:
        """Bring all that this log holds to the ledger, as the consumer does."""
        intake = Intake(ledger, self.name, SERVICE.sources[self.name], cast(Upstream, self), Progress())
        await intake.load()
        await intake.take(await self.all())


Sources = Callable[[Service], Awaitable[Source]]


async def nothing(connection: Connection, events: object) -> None:
    """Folds into no table."""


@pytest.fixture
async def source(migrated: Migrated) -> AsyncIterator[Sources]:
    pools = []

    async def make(name: Service) -> Source:
        fresh = await migrated(name)
        pool = await postgres.open_pool(fresh.url, name=name)
        pools.append(pool)
        async with pool.acquire() as connection:
            await log.start_day(connection, FIRST_DAY)
        return Source(name, Log(pool, name, nothing))

    yield make
    for pool in pools:
        await pool.close()
