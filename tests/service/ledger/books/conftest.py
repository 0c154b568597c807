"""A ledger with its chart published and its first day open, at its tables and at its counter."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import httpx
import pytest

from deploy.databases import Database
from services.chassis.tokens import Issuer
from services.chassis.unit import Log
from services.ledger import publishing
from services.ledger.__main__ import SERVICE
from tests.service.counter import opened
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

    async def roll_to(self, day: date) -> None:
        """Open a later business day."""
        async with self.log.unit("ledger") as unit:
            await unit.open_day(day)

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
    async with opened(SERVICE, migrated, tmp_path, FIRST_DAY) as at:
        await publishing.publish(at.runtime.log)
        yield Ledger(at.client, at.issuer, at.runtime.log, at.database)
