"""The embedded PostgreSQL and Kafka: their data lasts, and nothing of them outlives the one who started them."""

import asyncio
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from rich.console import Console

from deploy import topics
from deploy.embedded import EmbeddedError, Stack, discard, jars, stack

SHARD = TopicPartition("ledger", 3)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "state"
    yield place
    discard(place)


def test_rows_and_records_survive_a_restart_and_a_stop_leaves_no_process(state: Path) -> None:
    with stack(state) as first:
        asyncio.run(_write(first))
        addresses = first.admin_dsn, first.kafka
    assert _processes_of(state) == []
    with stack(state) as second:
        assert (second.admin_dsn, second.kafka) == addresses
        assert asyncio.run(_read(second)) == (7, b'{"entry":7}')


def test_no_process_outlives_a_starter_that_was_killed(state: Path) -> None:
    with _starter(state) as starter:
        assert len(_processes_of(state)) >= 2
        with pytest.raises(EmbeddedError, match=f"is in use by process {starter.pid}"), stack(state):
            pass
        starter.kill()
        starter.wait()
    _poll(lambda: not _processes_of(state))


def test_an_interrupt_stops_everything_and_is_no_error(state: Path) -> None:
    with _starter(state) as starter:
        starter.send_signal(signal.SIGINT)
        assert starter.wait() == 0
    assert _processes_of(state) == []


def test_a_cluster_whose_id_begins_with_a_dash_starts(state: Path, monkeypatch) -> None:
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=0xFB << 120))
    with stack(state):
        assert "cluster.id=-w" in (state / "kafka/data/meta.properties").read_text()


def test_a_registry_that_cannot_be_reached_is_told_in_one_sentence(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with pytest.raises(EmbeddedError, match="the Maven registry cannot be reached"):
        jars.fetch(Console(quiet=True))


def test_discarding_a_state_directory_twice_is_harmless(tmp_path: Path) -> None:
    place = tmp_path / "state"
    place.mkdir()
    discard(place)
    discard(place)
    assert not place.exists()


def test_a_directory_in_which_no_stack_ever_ran_is_not_discarded(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(EmbeddedError, match="nothing was deleted"):
        discard(tmp_path)
    assert (tmp_path / "diary.txt").read_text() == "mine"


async def _write(running: Stack) -> None:
    connection = await asyncpg.connect(running.admin_dsn)
    await connection.execute("create table entries as select 7 as entry")
    await connection.close()
    await topics.create(running.kafka)
    producer = AIOKafkaProducer(bootstrap_servers=running.kafka)
    await producer.start()
    await producer.send_and_wait(SHARD.topic, b'{"entry":7}', partition=SHARD.partition)
    await producer.stop()


async def _read(running: Stack) -> tuple[int, bytes | None]:
    connection = await asyncpg.connect(running.admin_dsn)
    entry = await connection.fetchval("select entry from entries")
    await connection.close()
    consumer = AIOKafkaConsumer(bootstrap_servers=running.kafka, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([SHARD])
    record = await asyncio.wait_for(consumer.getone(), 30)
    await consumer.stop()
    return entry, record.value


def _starter(state: Path) -> subprocess.Popen[str]:
    starter = subprocess.Popen([sys.executable, "-m", "deploy.embedded", str(state)], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    assert [starter.stdout.readline().partition("=")[0] for _ in range(2)] == [
        "export CLAIMS_TEST_POSTGRES",
        "export CLAIMS_TEST_KAFKA",
    ]
    return starter


def _processes_of(state: Path) -> list[str]:
    """The command lines of servers and guards that run on this state directory, wherever its cluster lies."""
    homes = {str(state), str((state / "postgres").resolve())}
    found = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if "guard.py" in line or "kafka.Kafka" in line or "postgres" in line:
            found += [line for home in homes if home in line]
    return found


def _poll(holds) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
