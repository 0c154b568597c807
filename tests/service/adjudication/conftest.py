"""Adjudication over a real PostgreSQL, with the topics played by hand: what the log holds is fed to the handlers."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest

from contracts.claims import Adjudicated, ClaimSubmitted
from contracts.enrollment import DiseaseCertified, Enrolled, StatusChanged, TagChanged
from contracts.envelope import GENESIS, Body, Event, shard_of
from contracts.payments import PaymentBatched, PaymentReturned
from deploy.databases import Database
from services.adjudication.__main__ import SERVICE
from services.adjudication.desk import Library
from services.adjudication.handlers import Adjudicator, Learner, learn_cleared
from services.adjudication.jobs import publish
from services.adjudication.store.evolve import evolve
from services.chassis import log as logs
from services.chassis import postgres
from services.chassis.http import build_app
from services.chassis.progress import Progress
from services.chassis.service import Runtime
from services.chassis.settings import Settings
from services.chassis.tokens import Issuer
from services.chassis.unit import Log
from tests.service import promised
from tests.service.adjudication.given import agreed
from tests.templates import Migrated
from tests.unit.adjudication_service.given import LEVEL_2, LEVEL_3, enrolled

FIRST_DAY = date(2017, 3, 1)
NDJSON = "application/x-ndjson"


@dataclass
class Place:
    """The service's log, its handlers, and how far each has read."""

    log: Log
    database: Database
    library: Library = field(default_factory=Library)
    cursors: dict[int, int] = field(default_factory=dict)
    told: dict[int, int] = field(default_factory=dict)
    heard: list[Event] = field(default_factory=list)
    paid: list[Event] = field(default_factory=list)

    async def hear(self, *bodies: Enrolled | TagChanged | StatusChanged | DiseaseCertified) -> None:
        """Take in what enrollment says."""
        events = [self._event(body, body.person) for body in bodies]
        self.heard += events
        async with self.log.unit("adjudication") as unit:
            # as the chassis does: the positions are held before anything is looked at
            for event in events:
                await unit.conn.execute(_APPLIED, event.shard, event.seq, event.hash)
            await Learner(self.library)(unit, events)

    async def pay(self, *bodies: PaymentBatched | PaymentReturned) -> None:
        """Take in what payment says."""
        events = [self._event(body, body.batch) for body in bodies]
        self.paid += events
        async with self.log.unit("adjudication") as unit:
            await learn_cleared(unit, events)

    async def say(self, *bodies: Body, stream: Callable[[Body], str], actor: str = "zhang.san") -> None:
        """Append events of the service's own, as its API would."""
        async with self.log.unit(actor) as unit:
            cause = uuid4()
            for n, body in enumerate(bodies):
                unit.append(body, stream=stream(body), cause=cause, n=n)

    async def submit(self, *claims: Body) -> None:
        """Hand claims in, all in one unit."""
        await self.say(*claims, stream=lambda body: body.person)  # type: ignore[attr-defined]

    async def news(self) -> list[Event]:
        """Read what the own log holds beyond the cursors, in order per shard."""
        found: list[Event] = []
        for shard in range(16):
            found += await self.log.read(shard, self.cursors.get(shard, 0), 100_000)
        return found

    async def decide(self, events: Sequence[Event] | None = None) -> None:
        """Feed the own log to the handler until nothing is left, as the topic would; one batch, or the one given."""
        batch = await self.news() if events is None else events
        async with self.log.unit("adjudication") as unit:
            await Adjudicator(self.library)(unit, batch)
        self.cursors |= {event.shard: event.seq for event in batch}

    async def decisions(self) -> list[Adjudicated]:
        """Read every decision in the log, in order per shard."""
        events = [event for shard in range(16) for event in await self.log.read(shard, 0, 100_000)]
        return [Adjudicated.model_validate_json(event.body) for event in events if event.kind == "Adjudicated"]

    async def fetch(self, sql: str, *arguments: object) -> list[tuple[object, ...]]:
        """Look into a table."""
        async with self.log.pool.acquire() as connection:
            return [tuple(row) for row in await connection.fetch(sql, *arguments)]

    def _event(self, body: Body, stream: str) -> Event:
        shard = shard_of(stream)
        self.told[shard] = seq = self.told.get(shard, 0) + 1
        now = datetime.now(UTC)
        text = body.canonical().decode()
        columns = (shard, seq, uuid4(), stream, body.KIND, 1, text, "clerk", UUID(int=0), FIRST_DAY, now, GENESIS)
        return Event(*columns, hash=Event(*columns, hash=b"").digest())


@pytest.fixture
async def place(migrated: Migrated) -> AsyncIterator[Place]:
    """A migrated adjudication service whose first day is open, whose packs are published, with three providers."""
    fresh = await migrated("adjudication", SERVICE.migrations)
    pool = await postgres.open_pool(fresh.url, name="adjudication")
    async with pool.acquire() as connection:
        await logs.start_day(connection, FIRST_DAY)
    made = Place(Log(pool, "adjudication", evolve), fresh)
    await publish(made.log)
    proposed, changed = zip(agreed(LEVEL_2), agreed(LEVEL_3), strict=True)
    await made.say(*proposed, stream=lambda body: body.provider, actor="li.si")  # type: ignore[attr-defined]
    await made.say(*changed, stream=lambda body: body.provider, actor="zhao.liu")  # type: ignore[attr-defined]
    yield made
    await pool.close()


@dataclass
class Counter:
    """The HTTP front of a place, and people with tokens who come to it."""

    place: Place
    http: httpx.AsyncClient
    issuer: Issuer

    def who(self, actor: str, *roles: str, key: str | None = None, person: str | None = None) -> dict[str, str]:
        """Give the headers of somebody who sends a command under a new key, or under the one given.

        ``person`` is their own number as an insured person, where their token says it.
        """
        token = self.issuer.token(actor, roles, person=person)
        return {"authorization": f"Bearer {token}", "idempotency-key": key or str(uuid4())}

    async def post(self, path: str, body: Any, actor: str = "zhang.san", *roles: str) -> httpx.Response:
        """Send JSON as somebody; a clerk unless said otherwise."""
        return await self.http.post(path, json=body, headers=self.who(actor, *(roles or ("clerk",))))

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Look something up as an auditor."""
        return await self.http.get(path, headers=self.who("shen.ji", "auditor") | headers)

    async def submit(self, *claims: ClaimSubmitted) -> None:
        """Hand claims in as the clerk zhang.san, and have them decided."""
        for claim in claims:
            answer = await self.post("/claims", orjson.loads(claim.canonical()))
            assert answer.status_code == 201, answer.text
        await self.place.decide()

    async def claim(self, number: str) -> dict[str, Any]:
        """Look a claim up."""
        found: dict[str, Any] = (await self.get(f"/claims/{number}")).json()
        return found


@pytest.fixture
async def counter(place: Place, tmp_path: Path) -> AsyncIterator[Counter]:
    """The whole HTTP app of adjudication over a place where the person of ``given`` is covered."""
    await place.hear(enrolled())
    issuer = Issuer.open(tmp_path / "issuer")
    settings = Settings(
        service="adjudication",
        database_url=place.database.url,
        migration_url=place.database.migration_url,
        kafka="not-needed:9092",
        http_port=0,
        jwks_file=issuer.jwks_file,
        service_token_file=tmp_path / "token",
        feeds=dict.fromkeys(SERVICE.sources, "http://not-needed"),
        first_business_day=FIRST_DAY,
        environment="development",
    )
    app = build_app(settings, SERVICE.routers(Runtime(settings, place.log.pool, place.log, Progress())))
    async with promised.client(app, "adjudication") as client:
        yield Counter(place, client, issuer)


_APPLIED = """
insert into log.applied (source, shard, seq, hash) values ('enrollment', $1, $2, $3)
on conflict (source, shard) do update set seq = excluded.seq, hash = excluded.hash
"""
