"""A service of the simplest kind for the tests of the chassis: it has a log, and a table that folds it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date
from typing import NamedTuple

import asyncpg
import pytest

from contracts.envelope import Event
from contracts.topics import Service
from deploy.databases import Database
from services.chassis import log, postgres
from services.chassis.postgres import Connection
from services.chassis.unit import Log

FIRST_DAY = date(2017, 3, 1)


class Place(NamedTuple):
    """A service's log and the database that it lives in."""

    log: Log
    database: Database

    async def as_owner(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.database.migration_url)
        try:
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()


async def nothing(connection: Connection, events: Sequence[Event]) -> None:
    """Folds into no table."""


Places = Callable[[Service], Awaitable[Place]]


@pytest.fixture
async def place(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[Places]:
    """Makes a migrated, empty log of the named service whose first day is open."""
    pools = []

    async def make(service: Service) -> Place:
        fresh = await database(service)
        await postgres.apply_migrations(fresh.migration_url)
        pool = await postgres.open_pool(fresh.url, name=service)
        pools.append(pool)
        async with pool.acquire() as connection:
            await log.start_day(connection, FIRST_DAY)
        return Place(Log(pool, service, nothing), fresh)

    yield make
    for pool in pools:
        await pool.close()
