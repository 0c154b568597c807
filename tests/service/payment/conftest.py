"""Payment's HTTP app over a real PostgreSQL; adjudication's events are handed to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.chassis import log, postgres
from services.chassis.http import build_app
from services.chassis.progress import Progress
from services.chassis.service import Runtime
from services.chassis.settings import Settings
from services.chassis.tokens import Issuer
from services.chassis.unit import Log
from services.payment.__main__ import SERVICE
from tests.service.payment.given import FIRST_DAY, Desk
from tests.templates import Migrated


@pytest.fixture
async def desk(migrated: Migrated, tmp_path: Path) -> AsyncIterator[Desk]:
    fresh = await migrated("payment", SERVICE.migrations)
    issuer = Issuer.open(tmp_path / "issuer")
    settings = Settings(
        service="payment",
        database_url=fresh.url,
        migration_url=fresh.migration_url,
        kafka="not-needed:9092",
        http_port=0,
        jwks_file=issuer.jwks_file,
        service_token_file=tmp_path / "token",
        feeds={"adjudication": "http://not-needed"},
        first_business_day=FIRST_DAY,
        environment="development",
    )
    pool = await postgres.open_pool(fresh.url, name="payment")
    async with pool.acquire() as connection:
        await log.start_day(connection, FIRST_DAY)
    runtime = Runtime(settings, pool, Log(pool, "payment", SERVICE.evolve), Progress())
    app = build_app(settings, SERVICE.routers(runtime))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield Desk(client, issuer, runtime.log, fresh)
    await pool.close()
