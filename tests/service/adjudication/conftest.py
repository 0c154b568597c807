"""Adjudication over a real PostgreSQL, with the topics played by hand: what the log holds is fed to the handlers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from contracts.claims import Adjudicated
from contracts.enrollment import DiseaseCertified, Enrolled, StatusChanged, TagChanged
from contracts.envelope import GENESIS, Body, Event, shard_of
from deploy.databases import Database
from services.adjudication import __main__ as adjudication
from services.adjudication.desk import Library
from services.adjudication.handlers import Adjudicator, learn
from services.adjudication.jobs import publish
from services.adjudication.store.evolve import evolve
from services.chassis import log as logs
from services.chassis import postgres
from services.chassis.unit import Log
from tests.unit.adjudication_service.given import BOOK, LEVEL_2, LEVEL_3

FIRST_DAY = date(2017, 3, 1)


@dataclass
class Place:
    """The service's log, its handlers, and how far each has read."""

    log: Log
    database: Database
    library: Library = field(default_factory=Library)
    cursors: dict[int, int] = field(default_factory=dict)
    told: dict[int, int] = field(default_factory=dict)

    async def hear(self, *bodies: Enrolled | TagChanged | StatusChanged | DiseaseCertified) -> None:
        """Take in what enrollment says."""
        events = [self._event(body, body.person) for body in bodies]
        async with self.log.unit("adjudication") as unit:
            await learn(unit, events)
            for event in events:
                await unit.conn.execute(_APPLIED, event.shard, event.seq, event.hash)

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
async def place(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[Place]:
    """A migrated adjudication service whose first day is open, whose packs are published, with three providers."""
    fresh = await database("adjudication")
    await postgres.apply_migrations(fresh.migration_url, adjudication.MIGRATIONS)
    pool = await postgres.open_pool(fresh.url, name="adjudication")
    async with pool.acquire() as connection:
        await logs.start_day(connection, FIRST_DAY)
    made = Place(Log(pool, "adjudication", evolve), fresh)
    await publish(made.log)
    await made.say(LEVEL_2, LEVEL_3, stream=lambda body: body.provider)  # type: ignore[attr-defined]
    yield made
    await pool.close()


_APPLIED = """
insert into log.applied (source, shard, seq, hash) values ('enrollment', $1, $2, $3)
on conflict (source, shard) do update set seq = excluded.seq, hash = excluded.hash
"""

__all__ = ["BOOK", "Place", "place"]
