"""Databases, roles and topics of the services, made from the deployment's data files."""

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from contracts.topics import SERVICES
from deploy import databases, topics


async def test_the_topics_are_those_of_the_services() -> None:
    assert topics.plan().topics == SERVICES


async def test_the_owner_may_make_a_table_and_the_service_may_only_connect(database) -> None:
    made = await database("payment")
    owner = await asyncpg.connect(made.migration_url)
    await owner.execute("create table lines (amount bigint)")
    await owner.close()
    service = await asyncpg.connect(made.url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.fetch("select * from lines")
    await service.close()


async def test_a_role_may_not_enter_the_database_of_another_service(postgres, database) -> None:
    payment, ledger = await database("payment"), await database("ledger")
    stranger = databases.dsn(postgres, ledger.name, "payment", "service-of-a-test")
    assert stranger != payment.url
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(stranger)


async def test_making_a_database_again_keeps_what_is_in_it(postgres, database) -> None:
    made = await database("ledger")
    owner = await asyncpg.connect(made.migration_url)
    await owner.execute("create table entries as select 1 as entry")
    again = await databases.create(
        postgres,
        "ledger",
        owner_password="owner-of-a-test",
        service_password="service-of-a-test",
        name=made.name,
    )
    assert again == made
    assert await owner.fetchval("select entry from entries") == 1
    await owner.close()


async def test_making_the_topics_again_keeps_their_records(empty_topics) -> None:
    await _send(empty_topics)
    await topics.create(empty_topics)
    assert await _end(empty_topics) == 1


async def test_a_topic_made_anew_is_empty(empty_topics) -> None:
    await _send(empty_topics)
    await topics.recreate(empty_topics, "payment")
    assert await _end(empty_topics) == 0


async def _send(bootstrap: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True)
    await producer.start()
    await producer.send_and_wait("payment", b"{}", partition=15)
    await producer.stop()


async def _end(bootstrap: str) -> int:
    last = TopicPartition("payment", 15)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    ends = await consumer.end_offsets([last])
    await consumer.stop()
    return ends[last]
