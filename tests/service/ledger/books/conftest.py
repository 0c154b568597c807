"""A ledger with its chart published and its first day open, at its tables and at its counter."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import httpx
import pytest

from deploy.databases import Database
from services.chassis import log, postgres
from services.chassis.http import build_app
from services.chassis.progress import Progress
from services.chassis.service import Runtime
from services.chassis.settings import Settings
from services.chassis.tokens import Issuer
from services.chassis.unit import Log
from services.ledger import publishing
from services.ledger.__main__ import SERVICE
from tests.templates import Migrated

FIRST_DAY = date(2017, 3, 1)


class Ledger(NamedTuple):
    """A ledger's counter, its log and its database."""

    client: httpx.AsyncClient
    issuer: Issuer
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
            await SERVICE.sources[source](unit, events)

    async def post(
        self, path: str, body: Any, *, actor: str = "kuai.ji", roles: tuple[str, ...] = ("accountant",), key: str = ""
    ) -> httpx.Response:
        """Send a command; each path, body and actor is a command of its own unless a key is given."""
        headers = {"idempotency-key": key or f"key-{abs(hash((path, str(body), actor)))}"}
        return await self.client.post(path, json=body, headers=headers | self._as(actor, roles))

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """Look something up as an auditor."""
        return await self.client.get(path, params=query or None, headers=self._as("shen.ji", ("auditor",)))

    def _as(self, actor: str, roles: tuple[str, ...]) -> dict[str, str]:
        return {"authorization": f"Bearer {self.issuer.token(actor, roles)}"}


@pytest.fixture
async def ledger(migrated: Migrated, tmp_path: Path) -> AsyncIterator[Ledger]:
    fresh = await migrated("ledger", SERVICE.migrations)
    issuer = Issuer.open(tmp_path / "issuer")
    settings = Settings(
        service="ledger",
        database_url=fresh.url,
        migration_url=fresh.migration_url,
        kafka="not-needed:9092",
        http_port=0,
        jwks_file=issuer.jwks_file,
        service_token_file=tmp_path / "token",
        feeds=dict.fromkeys(SERVICE.sources, "http://not-needed"),
        first_business_day=FIRST_DAY,
        environment="development",
    )
    pool = await postgres.open_pool(fresh.url, name="ledger")
    async with pool.acquire() as connection:
        await log.start_day(connection, FIRST_DAY)
    runtime = Runtime(settings, pool, Log(pool, "ledger", SERVICE.evolve), Progress())
    await publishing.publish(runtime.log)
    app = build_app(settings, SERVICE.routers(runtime))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield Ledger(client, issuer, runtime.log, fresh)
    await pool.close()
