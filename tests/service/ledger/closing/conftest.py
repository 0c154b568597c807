"""The ledger's closing and bank side over a real PostgreSQL; what the other services say is folded in directly."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.chassis import log, postgres
from services.chassis.feed import feed
from services.chassis.http import build_app
from services.chassis.parked import parked
from services.chassis.progress import Progress
from services.chassis.service import Runtime
from services.chassis.settings import Settings
from services.chassis.tokens import Issuer
from services.chassis.unit import Log
from services.ledger.__main__ import SERVICE
from services.ledger.decide.gate import SOURCES
from services.ledger.publishing import publish
from tests.service.ledger.closing.given import DAY1, Office
from tests.templates import Migrated


@pytest.fixture
async def office(migrated: Migrated, tmp_path: Path) -> AsyncIterator[Office]:
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
        feeds=dict.fromkeys(SOURCES, "http://nowhere"),
        first_business_day=DAY1,
        signing_key_file=seal_key(tmp_path / "seal.pem"),
        environment="development",
    )
    pool = await postgres.open_pool(fresh.url, name="ledger")
    async with pool.acquire() as connection:
        await log.start_day(connection, DAY1)
    ledger = Log(pool, "ledger", SERVICE.evolve)
    progress = Progress()
    own = [feed(ledger), parked(ledger, SERVICE.sources, progress)]
    app = build_app(settings, [*own, *SERVICE.routers(Runtime(settings, pool, ledger, progress))])
    await publish(ledger)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://office") as client:
        yield Office(client, issuer, ledger, fresh, app, settings, progress)
    await pool.close()


def seal_key(path: Path) -> Path:
    path.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path
