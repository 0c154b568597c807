"""A service's front door with two small routes behind it, and people with tokens who knock."""

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import httpx
import pytest

from contracts.envelope import Event
from services.chassis import log as log_tables
from services.chassis import postgres
from services.chassis.http import build_app
from services.chassis.settings import Settings
from services.chassis.tokens import Issuer
from services.chassis.unit import Log
from tests.templates import Migrated
from tests.unit.chassis_http.front import BODY_LIMIT, BULK_LIMIT, DAY, bearer, routes


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer.open(tmp_path / "keys")


@pytest.fixture
def settings(issuer: Issuer, tmp_path: Path) -> Settings:
    return Settings(
        service="enrollment",
        database_url="unused",
        migration_url="unused",
        kafka="unused:9092",
        http_port=0,
        jwks_file=issuer.jwks_file,
        service_token_file=tmp_path / "token",
        feeds={"ledger": "http://unused"},
        first_business_day=DAY,
        environment="development",
        body_limit=BODY_LIMIT,
        bulk_limit=BULK_LIMIT,
    )


@pytest.fixture
async def door(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = build_app(settings, [routes()])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as client:
        yield client


@pytest.fixture
def clerk(issuer: Issuer) -> dict[str, str]:
    return bearer(issuer.token("li.si", ["clerk"]))


@pytest.fixture
def send(door: httpx.AsyncClient, clerk: dict[str, str]) -> Callable[[bytes], object]:
    """Sends bytes as a JSON claim form, as the clerk."""

    async def post(body: bytes) -> httpx.Response:
        return await door.post("/forms", content=body, headers=clerk | {"content-type": "application/json"})

    return post


@pytest.fixture
async def log(migrated: Migrated) -> AsyncIterator[Log]:
    """A migrated, empty log of enrollment whose first day is open."""
    fresh = await migrated("enrollment")
    pool = await postgres.open_pool(fresh.url, name="test")
    async with pool.acquire() as connection:
        await log_tables.start_day(connection, DAY)
    yield Log(pool, "enrollment", _nothing)
    await pool.close()


async def _nothing(connection: postgres.Connection, events: Sequence[Event]) -> None:
    """Folds into no table."""
