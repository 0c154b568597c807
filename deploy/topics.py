"""Makes the Kafka topics that `deploy/kafka/topics.yaml` lists; nothing else in the system creates one."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

FILE = Path(__file__).with_name("kafka") / "topics.yaml"
WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Plan:
    """What the data file says: the topics, their partitions and settings, and how three brokers keep them."""

    topics: tuple[str, ...]
    partitions: int
    config: dict[str, str]
    replication_factor: int
    min_insync_replicas: int


def plan() -> Plan:
    """Read `deploy/kafka/topics.yaml`."""
    raw = yaml.safe_load(FILE.read_text())
    return Plan(**(raw | {"topics": tuple(raw["topics"])}))


async def create(bootstrap: str, names: Iterable[str] | None = None) -> None:
    """Make the absent topics; return when every partition has a leader. Raises KafkaError, TimeoutError."""
    wanted = plan()
    names = tuple(wanted.topics if names is None else names)
    async with _admin(bootstrap) as admin:
        brokers = len((await admin.describe_cluster())["brokers"])
        config = wanted.config | {"min.insync.replicas": str(min(wanted.min_insync_replicas, brokers))}
        copies = min(wanted.replication_factor, brokers)
        made = await admin.create_topics(
            [NewTopic(name, wanted.partitions, copies, topic_configs=config) for name in names]
        )
        _refuse(made.topic_errors, except_for=TopicAlreadyExistsError)
        await _until(admin, names, lambda topic: _led(topic) == wanted.partitions)


async def recreate(bootstrap: str, name: str) -> None:
    """Delete a topic and make it again, empty; return when both are true. Raises KafkaError, TimeoutError."""
    async with _admin(bootstrap) as admin:
        deleted = await admin.delete_topics([name])
        _refuse(deleted.topic_error_codes, except_for=UnknownTopicOrPartitionError)
        await _until(admin, [name], lambda topic: topic["error_code"] == UnknownTopicOrPartitionError.errno)
    await create(bootstrap, [name])


@asynccontextmanager
async def _admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


def _refuse(answers: Iterable[tuple[object, ...]], *, except_for: type[KafkaError]) -> None:
    for name, code, *_ in answers:
        error = for_code(code)
        if code and error is not except_for:
            raise error(f"topic {name}")


async def _until(admin: AIOKafkaAdminClient, names: Iterable[str], holds: Callable[[dict[str, Any]], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not all(holds(topic) for topic in await admin.describe_topics(list(names))):
        if time.monotonic() > deadline:
            raise TimeoutError(f"Kafka did not settle the topics {', '.join(names)} in {WAIT_SECONDS:.0f} s.")
        await asyncio.sleep(0.05)


def _led(topic: dict[str, Any]) -> int:
    return sum(partition["leader"] >= 0 for partition in topic["partitions"])
