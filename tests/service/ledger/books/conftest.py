"""A ledger with its books open on a first day, for the tests of what the database keeps and refuses."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid5

import asyncpg
import pytest

from contracts.ledger import ChartPublished
from deploy.databases import Database
from services.chassis import log, postgres
from services.chassis.unit import Log
from services.ledger import handlers
from services.ledger.chart import load_chart
from tests.unit.ledger.books.given import ROOT_CAUSE

MIGRATIONS = Path(handlers.__file__).with_name("migrations")
FIRST_DAY = date(2017, 3, 1)


class Ledger(NamedTuple):
    """A ledger's log and its database."""

    log: Log
    database: Database

    async def fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """Ask as the service."""
        async with self.log.pool.acquire() as connection:
            return await connection.fetch(sql, *arguments)

    async def as_owner(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """Ask as the owner of the tables."""
        connection = await asyncpg.connect(self.database.migration_url)
        try:
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()

    async def take(self, source: Any, *events: Any) -> None:
        """Take a batch of a source's events in, as the consumer does."""
        async with self.log.unit("ledger") as unit:
            await handlers.booking(source)(unit, events)


@pytest.fixture
async def ledger(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[Ledger]:
    """A migrated ledger, its chart published, its first day open."""
    fresh = await database("ledger")
    await postgres.apply_migrations(fresh.migration_url, MIGRATIONS)
    pool = await postgres.open_pool(fresh.url, name="ledger")
    async with pool.acquire() as connection:
        await log.start_day(connection, FIRST_DAY)
    made = Ledger(Log(pool, "ledger", handlers.evolve), fresh)
    chart = load_chart()
    body = ChartPublished(chart=chart.chart, chart_id=chart.chart_id, content=chart.content)
    async with made.log.unit("ledger") as unit:
        unit.append(body, stream="chart", cause=uuid5(ROOT_CAUSE, chart.chart_id))
    yield made
    await pool.close()
