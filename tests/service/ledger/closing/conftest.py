"""The ledger's closing and bank side over a real PostgreSQL; what the other services say is folded in directly."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from uuid import NAMESPACE_URL

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.envelope import Event
from contracts.ledger import ChartPublished
from deploy.databases import Database
from services.chassis import log, postgres
from services.chassis.http import build_app
from services.chassis.postgres import Connection
from services.chassis.settings import Settings
from services.chassis.tokens import Issuer
from services.chassis.unit import Log
from services.ledger import api, handlers
from services.ledger.api import bank, closing, matches, periods, proof
from services.ledger.chart import load_chart
from services.ledger.decide.gate import SOURCES
from services.ledger.decide.signature import Signer, kid_of
from services.ledger.folding import fold_closing
from tests.service.ledger.closing.given import DAY1, Office

MIGRATIONS = Path(api.__file__).parents[1] / "migrations"


async def evolve(connection: Connection, events: Sequence[Event]) -> None:
    await handlers.evolve(connection, events)
    await fold_closing(connection, events)


@pytest.fixture
async def office(database: Callable[[str], Awaitable[Database]], tmp_path: Path) -> AsyncIterator[Office]:
    fresh = await database("ledger")
    await postgres.apply_migrations(fresh.migration_url, MIGRATIONS)
    issuer = Issuer.open(tmp_path / "issuer")
    settings = Settings(
        service="ledger",
        database_url=fresh.url,
        migration_url=fresh.migration_url,
        kafka="not-needed:9092",
        http_port=0,
        jwks_file=issuer.jwks_file,
        service_token_file=tmp_path / "token",
        feeds={source: "http://nowhere" for source in SOURCES},
        first_business_day=DAY1,
        environment="development",
    )
    pool = await postgres.open_pool(fresh.url, name="ledger")
    async with pool.acquire() as connection:
        await log.start_day(connection, DAY1)
    ledger = Log(pool, "ledger", evolve)
    key = Ed25519PrivateKey.generate()
    signer = Signer(kid_of(key.public_key()), key)
    app = build_app(
        settings,
        [
            bank.router(ledger),
            matches.router(ledger),
            closing.router(ledger, signer),
            periods.router(ledger, signer),
            proof.router(ledger, signer),
        ],
    )
    chart = load_chart()
    async with ledger.unit("bootstrap") as unit:
        published = ChartPublished(chart=chart.chart, chart_id=chart.chart_id, content=chart.content)
        unit.append(published, stream="chart", cause=NAMESPACE_URL)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://office") as client:
        yield Office(client, issuer, ledger, fresh, signer.public_pem())
    await pool.close()
