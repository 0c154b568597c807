"""Services of the simplest kind for the tests of the chassis: a log, and a table of what was taken in."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import asyncpg
import httpx
import pytest

from contracts import topics
from contracts.enrollment import ContributionReceived
from contracts.envelope import SHARDS, Event
from deploy.databases import Database
from deploy.embedded.places import free_port
from services.chassis import log, postgres
from services.chassis.intake import Handler
from services.chassis.postgres import Connection
from services.chassis.relay import discard, new_producer
from services.chassis.service import Runtime, Service, running
from services.chassis.settings import Settings
from services.chassis.tokens import Issuer
from services.chassis.trouble import Refused
from services.chassis.unit import Log, Unit
from tests.templates import Migrated

FIRST_DAY = date(2017, 3, 1)
DEADLINE_SECONDS = 240
MIGRATIONS = Path(__file__).parent / "migrations"


class Place(NamedTuple):
    """A service's log and the database that it lives in."""

    log: Log
    database: Database

    async def as_owner(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        return await as_owner(self.database, sql, *arguments)


Places = Callable[[topics.Service], Awaitable[Place]]


async def as_owner(database: Database, sql: str, *arguments: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(database.migration_url)
    try:
        return await connection.fetch(sql, *arguments)
    finally:
        await connection.close()


async def nothing(connection: Connection, events: Sequence[Event]) -> None:
    """Folds into no table."""


@pytest.fixture
async def place(migrated: Migrated) -> AsyncIterator[Places]:
    """Makes a migrated, empty log of the named service whose first day is open."""
    pools = []

    async def make(service: topics.Service) -> Place:
        fresh = await migrated(service)
        pool = await postgres.open_pool(fresh.url, name=service)
        pools.append(pool)
        async with pool.acquire() as connection:
            await log.start_day(connection, FIRST_DAY)
        return Place(Log(pool, service, nothing), fresh)

    yield make
    for pool in pools:
        await pool.close()


def contribution(person: str = "p1", amount: int = 15_000) -> ContributionReceived:
    return ContributionReceived(
        person=person,
        book="340706-390",
        year=2017,
        payer="personal",
        channel="tax",
        amount=amount,
        personal_account=0,
        value_date=FIRST_DAY,
        bank_key="K1",
    )


async def append(log: Log, *people: str) -> None:
    """Append a contribution for each of these people in one unit."""
    async with log.unit("li.si") as unit:
        cause = uuid4()
        for n, person in enumerate(people):
            unit.append(contribution(person), stream=person, cause=cause, n=n)


async def whole(log: Log) -> list[Event]:
    return [event for shard in range(SHARDS) for event in await log.read(shard, 0, 10_000)]


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not await holds():
        assert time.monotonic() < deadline, "what was waited for did not happen in time"
        await asyncio.sleep(0.05)


class Seen(NamedTuple):
    """A row of the table of what was taken in."""

    source: str
    shard: int
    seq: int
    stream: str
    kind: str


async def fold_seen(connection: Connection, source: topics.Service, events: Sequence[Event]) -> None:
    """Write down what came, in order."""
    await connection.executemany(
        "insert into state.seen (source, shard, seq, stream, kind) values ($1, $2, $3, $4, $5)",
        [(source, event.shard, event.seq, event.stream, event.kind) for event in events],
    )


def seeing(source: topics.Service) -> Handler:
    """Make the handler of the tests."""

    async def handler(unit: Unit, events: Sequence[Event]) -> None:
        await fold_seen(unit.conn, source, events)

    return handler


def refusing(source: topics.Service, streams: set[str]) -> Handler:
    """Make a handler that refuses the events of these streams; the set may be changed while it runs."""

    async def handler(unit: Unit, events: Sequence[Event]) -> None:
        await fold_seen(unit.conn, source, events)
        for event in events:
            if event.stream in streams:
                raise Refused("NOT_THIS_ONE", f"{event.stream} is refused")

    return handler


@dataclass
class World:
    """Services that run in this process on their real databases and the real Kafka."""

    kafka: str
    directory: Path
    migrated: Migrated
    stack: AsyncExitStack
    issuer: Issuer
    databases: dict[str, Database] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    async def settings(self, name: topics.Service) -> Settings:
        if name not in self.databases:
            self.databases[name] = await self.migrated(name, MIGRATIONS)
        token = self.directory / "token"
        token.write_text(self.issuer.token("service", ["service"]))
        return Settings(
            service=name,
            database_url=self.databases[name].url,
            migration_url=self.databases[name].migration_url,
            kafka=self.kafka,
            http_port=self.port(name),
            jwks_file=self.issuer.jwks_file,
            service_token_file=token,
            feeds={each: f"http://127.0.0.1:{self.port(each)}" for each in topics.SERVICES},
            first_business_day=FIRST_DAY,
            environment="development",
        )

    def port(self, name: str) -> int:
        return self.ports.setdefault(name, free_port())

    async def start(self, name: topics.Service, *, kafka: str | None = None, **handlers: Handler) -> Runtime:
        """Start a service with these handlers by source, until the test ends."""
        return await self.stack.enter_async_context(await self.service(name, kafka=kafka, **handlers))

    async def service(
        self, name: topics.Service, *, kafka: str | None = None, **handlers: Handler
    ) -> AbstractAsyncContextManager[Runtime]:
        """Make a service that runs as long as a block: `async with await world.service("payment") as runtime`."""
        settings = await self.settings(name)
        return running(self.code(name, **handlers), settings.model_copy(update={"kafka": kafka or self.kafka}))

    def code(self, name: topics.Service, **handlers: Handler) -> Service:
        return Service(
            name=name,
            evolve=nothing,
            sources=handlers,
            routers=lambda runtime: (),
            migrations=MIGRATIONS,
            state_tables=("state.seen",),
            fold=fold_seen,
        )

    async def seen(self, name: str) -> list[Seen]:
        """What a service's handler wrote down, in order."""
        rows = await as_owner(
            self.databases[name], "select source, shard, seq, stream, kind from state.seen order by place"
        )
        return [Seen(*row) for row in rows]

    async def has_seen(self, name: str, count: int) -> None:
        """Wait until a service's handler wrote down so many events; more than that is a failure."""

        async def enough() -> bool:
            return len(await self.seen(name)) >= count

        await until(enough)
        assert len(await self.seen(name)) == count

    async def publish(self, name: topics.Service, records: Iterable[tuple[int, bytes]]) -> None:
        """Write records to a topic past its service: (partition, value), in this order."""
        producer = new_producer(self.kafka)
        await producer.start()
        try:
            for partition, value in records:
                await producer.send_and_wait(name, value, partition=partition)
        finally:
            await discard(producer)

    def client(self, name: str, *roles: str, actor: str = "wang.wu") -> httpx.AsyncClient:
        token = self.issuer.token(actor, roles)
        return httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port(name)}", headers={"authorization": f"Bearer {token}"}
        )


@pytest.fixture
async def world(empty_topics: str, migrated: Migrated, tmp_path: Path) -> AsyncIterator[World]:
    """Empty topics, and services that are started as the test needs them."""
    async with AsyncExitStack() as stack:
        yield World(empty_topics, tmp_path, migrated, stack, Issuer.open(tmp_path / "issuer"))
