"""A service's whole HTTP app over a real PostgreSQL of its own; no Kafka runs, and what others say is handed to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import httpx
from fastapi import FastAPI

from deploy.databases import Database
from services.chassis import log, postgres
from services.chassis.feed import feed
from services.chassis.http import build_app
from services.chassis.parked import parked
from services.chassis.progress import Progress
from services.chassis.service import Runtime, Service
from services.chassis.settings import Settings
from services.chassis.tokens import Issuer
from services.chassis.unit import Log
from tests.service import promised
from tests.templates import Migrated


class Counter(NamedTuple):
    """Where a test sends requests, who signs its tokens, and what stands behind."""

    client: httpx.AsyncClient
    issuer: Issuer
    runtime: Runtime
    database: Database
    app: FastAPI


@asynccontextmanager
async def opened(
    service: Service, migrated: Migrated, place: Path, first_day: date, signing_key: Path | None = None
) -> AsyncIterator[Counter]:
    """Open the counter of a service whose log is empty and whose first day is open; keys are kept in ``place``."""
    fresh = await migrated(service.name, service.migrations)
    issuer = Issuer.open(place / "issuer")
    settings = Settings(
        service=service.name,
        database_url=fresh.url,
        migration_url=fresh.migration_url,
        kafka="not-needed:9092",
        http_port=0,
        jwks_file=issuer.jwks_file,
        service_token_file=place / "token",
        feeds=dict.fromkeys(service.sources, "http://not-needed"),
        first_business_day=first_day,
        signing_key_file=signing_key,
        environment="development",
    )
    pool = await postgres.open_pool(fresh.url, name=service.name)
    async with pool.acquire() as connection:
        await log.start_day(connection, first_day)
    runtime = Runtime(settings, pool, Log(pool, service.name, service.evolve), Progress())
    own = feed(runtime.log), parked(runtime.log, service.sources, runtime.progress)
    app = build_app(settings, [*own, *service.routers(runtime)])
    async with promised.client(app, service.name) as client:
        yield Counter(client, issuer, runtime, fresh, app)
    await pool.close()
