"""The PostgreSQL and the Kafka that tests run on, and the reference data that some of them need.

Both come from CLAIMS_TEST_POSTGRES (URL of an administrator) and CLAIMS_TEST_KAFKA (host:port) when these are
set, else from containers where a Docker engine answers, else from the embedded stack. The workers of pytest-xdist
share one of each.
"""

import asyncio
import fcntl
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import asyncpg
import docker
import orjson
import pytest
import structlog
from docker.errors import DockerException
from hypothesis import HealthCheck, settings
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer

from deploy import embedded, topics
from deploy.databases import Database
from deploy.embedded import kafka as broker
from deploy.embedded.places import free_port
from tests import templates
from tests.templates import Migrated

ROOT = Path(__file__).resolve().parents[1]
# a slow machine is no reason for a property to fail
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
# what is meant for a terminal draws every failure for seconds
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(["event"]),
    ]
)
CONTAINER_SECONDS = 90


@pytest.hookimpl(wrapper=True)  # around pytest-xdist, which reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, object, object]:
    """Send the tests that share the one Kafka, or the one town, to one worker each: they would disturb each other."""
    for item in items:
        for shared in {"kafka", "town"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(shared))
    return (yield)


class Servers(NamedTuple):
    """Where the administrator reaches PostgreSQL, and where Kafka listens."""

    postgres: str
    kafka: str


@pytest.fixture(scope="session")
def postgres(servers: Servers) -> Iterator[str]:
    """The URL of the administrator of a real PostgreSQL."""
    yield servers.postgres
    asyncio.run(templates.drop_old(servers.postgres))


@pytest.fixture
def kafka(servers: Servers, request: pytest.FixtureRequest) -> str:
    """Where a real Kafka listens, as host:port; the four topics are there, and this test alone uses them."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ or request.node.nodeid.endswith("@kafka")
    assert alone, "the tests of the one Kafka run on several workers at once: this pytest-xdist gathers no groups"
    return servers.kafka


@pytest.fixture
async def empty_topics(kafka: str) -> str:
    """As `kafka`, and the four topics have just been made anew, empty."""
    await asyncio.gather(*(topics.recreate(kafka, name) for name in topics.plan().topics))
    return kafka


@pytest.fixture
async def database(postgres: str) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """Makes an empty database and the roles of a service, as `await database("payment")`; dropped after."""

    async def make(service: str) -> Database:
        return await templates.empty(postgres, service)

    yield make
    await templates.drop_some(postgres)


@pytest.fixture
async def migrated(postgres: str) -> AsyncIterator[Migrated]:
    """Makes a migrated database, as `await migrated("payment", SERVICE.migrations)`; dropped after."""

    async def make(service: str, own: Path | None = None) -> Database:
        return await templates.migrated(postgres, service, own)

    yield make
    await templates.drop_some(postgres)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The directory of the published reference data; tests that need it are skipped where it is absent."""
    place = Path(os.environ.get("CLAIMS_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not place.is_dir():
        pytest.skip("the reference data is absent: put it at ../shared/data or set CLAIMS_SHARED_DATA")
    return place


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL and Kafka, started by the first worker that asks and stopped when the last one is done."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", secrets.token_hex(8))
    place = Path(tempfile.gettempdir()) / f"claims-ledger-tests-{run}"
    place.mkdir(mode=0o711, exist_ok=True)
    told = place / "servers.json"
    with (place / "in-use").open("a") as in_use, ExitStack() as mine:
        with (place / "turn").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            fcntl.flock(in_use, fcntl.LOCK_SH)
            starts_them = not told.exists()
            if starts_them:
                with ExitStack() as starting:
                    starting.callback(shutil.rmtree, place, ignore_errors=True)
                    starting.callback(embedded.discard, place / "stack")
                    told.write_bytes(orjson.dumps(list(starting.enter_context(_started(place / "stack")))))
                    mine.push(starting.pop_all())
        yield Servers(*orjson.loads(told.read_bytes()))
        if starts_them:
            fcntl.flock(in_use, fcntl.LOCK_EX)  # waits until the other workers are done


@contextmanager
def _started(state: Path) -> Iterator[Servers]:
    given = os.environ.get("CLAIMS_TEST_POSTGRES"), os.environ.get("CLAIMS_TEST_KAFKA")
    with ExitStack() as stack:
        if given[0] and given[1]:
            found = Servers(*given)
        elif any(given):
            pytest.exit("set both CLAIMS_TEST_POSTGRES and CLAIMS_TEST_KAFKA, or neither", returncode=4)
        elif _docker_answers():
            found = stack.enter_context(_containers())
        else:
            running = stack.enter_context(embedded.stack(state))
            found = Servers(running.admin_dsn, running.kafka)
        if not any(given):
            asyncio.run(_unsafe_in_a_power_cut(found.postgres))
        asyncio.run(topics.create(found.kafka))
        yield found


async def _unsafe_in_a_power_cut(postgres: str) -> None:
    """Let PostgreSQL leave writing to the disk to the system: a test kills processes, never the machine."""
    admin = await asyncpg.connect(postgres)
    for setting in ("fsync", "full_page_writes"):
        await admin.execute(f"alter system set {setting} = off")
    await admin.execute("select pg_reload_conf()")
    await admin.close()


def _docker_answers() -> bool:
    try:
        return bool(docker.from_env(timeout=2).ping())
    except DockerException:
        return False


@contextmanager
def _containers() -> Iterator[Servers]:
    port = free_port()
    configuration = broker.settings(Path("/var/lib/kafka/data"), port, port + 1, host="0.0.0.0")
    kafka_container = DockerContainer("apache/kafka:4.3.1").with_bind_ports(port, port)
    for name, value in configuration.items():
        kafka_container = kafka_container.with_env(f"KAFKA_{name.upper().replace('.', '_')}", value)
    with PostgresContainer("postgres:18", driver=None) as database_container, kafka_container:
        found = Servers(database_container.get_connection_url(), f"127.0.0.1:{port}")
        _wait_for(lambda: broker.answers(found.kafka))
        yield found


def _wait_for(answers: Callable[[], None]) -> None:
    deadline = time.monotonic() + CONTAINER_SECONDS
    while True:
        try:
            return answers()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
