"""A process that is killed at any moment loses nothing and does nothing twice."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from contracts import topics
from services.chassis import log, postgres
from services.chassis.settings import Settings
from services.chassis.unit import Log
from tests.service.chassis.conftest import DEADLINE_SECONDS, FIRST_DAY, World, append, as_owner, nothing, seeing, until

ROOT = Path(__file__).parents[3]
PEOPLE = tuple(f"p{n}" for n in range(200))
ROUNDS = 12
RELAYING = """
select 1 from pg_locks
where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
"""
"""The one relay of this database holds office: other tests have databases with relays of their own."""


async def start(settings: Settings) -> Process:
    told = {
        f"CLAIMS_{name.upper()}": value if isinstance(value, str) else str(value)
        for name, value in settings.model_dump(mode="json", exclude_none=True, exclude={"feeds"}).items()
    }
    feeds = settings.model_dump_json(include={"feeds"}).removeprefix('{"feeds":').removesuffix("}")
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.service.chassis.alone"),
        env=os.environ | told | {"CLAIMS_FEEDS": feeds},
        cwd=ROOT,
        stdout=DEVNULL,
    )


@asynccontextmanager
async def own_log(world: World, service: topics.Service) -> AsyncIterator[Log]:
    """The log of a service as seen from here, beside the process that relays it."""
    settings = await world.settings(service)
    async with await postgres.open_pool(settings.database_url, name="test") as pool:
        async with pool.acquire() as connection:
            await log.start_day(connection, FIRST_DAY)
        yield Log(pool, service, nothing)


async def moved(world: World, service: str, sql: str) -> bool:
    return bool(await as_owner(world.databases[service], sql))


async def more_than(world: World, number: int) -> bool:
    return len(await world.seen("adjudication")) > number


@pytest.fixture
async def processes() -> AsyncIterator[list[Process]]:
    """Processes to be killed at the end of the test."""
    running: list[Process] = []
    yield running
    for process in running:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_relay_killed_while_it_sends_goes_on_and_nothing_is_taken_in_twice(
    world: World, processes: list[Process]
) -> None:
    settings = await world.settings("enrollment")
    async with own_log(world, "enrollment") as log:
        processes.append(await start(settings))
        await world.start("adjudication", enrollment=seeing("enrollment"))
        for _ in range(ROUNDS):
            await append(log, *PEOPLE)
        await until(lambda: moved(world, "enrollment", "select 1 from log.relay where seq > 0"))
        processes[-1].kill()
        for _ in range(ROUNDS):
            await append(log, *PEOPLE)
        processes.append(await start(settings))

        await world.has_seen("adjudication", 2 * ROUNDS * len(PEOPLE))


async def test_a_consumer_killed_while_it_takes_in_goes_on_and_takes_nothing_in_twice(
    world: World, processes: list[Process]
) -> None:
    source = await world.start("enrollment")
    settings = await world.settings("adjudication")
    processes.append(await start(settings))
    async with own_log(world, "adjudication"):
        for _ in range(2):
            for _ in range(ROUNDS):
                await append(source.log, *PEOPLE)
            before = len(await world.seen("adjudication"))
            await until(partial(more_than, world, before))
            processes[-1].kill()
            processes.append(await start(settings))

        await world.has_seen("adjudication", 2 * ROUNDS * len(PEOPLE))


async def test_a_service_told_to_stop_sends_what_it_has_and_ends_with_success(
    world: World, processes: list[Process]
) -> None:
    settings = await world.settings("enrollment")
    async with own_log(world, "enrollment") as log:
        processes.append(await start(settings))
        await until(lambda: moved(world, "enrollment", RELAYING))
        await append(log, *PEOPLE)

        processes[-1].send_signal(signal.SIGTERM)

        assert await asyncio.wait_for(processes[-1].wait(), DEADLINE_SECONDS) == 0
        assert not await moved(
            world,
            "enrollment",
            "select 1 from log.relay join log.head using (shard) where relay.seq < head.seq",
        )
