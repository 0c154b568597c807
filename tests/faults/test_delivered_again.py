"""Kafka may deliver everything twice and in any order: what was taken in once is not taken in again."""

import asyncio
from collections.abc import Sequence
from random import Random

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from contracts.envelope import SHARDS
from contracts.topics import READS, SERVICES, Service
from services.adjudication.__main__ import SERVICE as ADJUDICATION
from services.chassis import postgres
from services.chassis.rebuild import Digest, digests
from services.chassis.relay import discard, new_producer
from services.cli.client import wait_for
from services.enrollment.__main__ import SERVICE as ENROLLMENT
from services.ledger.__main__ import SERVICE as LEDGER
from services.payment.__main__ import SERVICE as PAYMENT
from tests.journey.town import SEED, Town

CODE = {service.name: service for service in (ENROLLMENT, ADJUDICATION, PAYMENT, LEDGER)}
BOOKKEEPING = ("log.head", "log.applied", "log.parked", "log.control")
TIMES = 2

Lines = Sequence[tuple[int, bytes]]


def test_every_event_delivered_twice_more_and_out_of_order_changes_no_table(town: Town) -> None:
    town.desk.settle(*SERVICES)
    before = held(town)
    for service in SERVICES:
        lines = town.lines(service) * TIMES
        Random(SEED).shuffle(lines)
        asyncio.run(produce(town.agency.stack.kafka, service, lines))

    wait_for("every consumer having read its topics", lambda: asyncio.run(all_read(town.agency.stack.kafka)) or None)

    assert held(town) == before


def held(town: Town) -> dict[Service, dict[str, Digest]]:
    """Digest all that the services hold."""

    async def of(service: Service) -> dict[str, Digest]:
        connection = await postgres.connect(town.agency.databases[service].migration_url, name="test")
        try:
            async with connection.transaction():
                return await digests(connection, (*CODE[service].state_tables, *BOOKKEEPING))
        finally:
            await connection.close()

    return {service: asyncio.run(of(service)) for service in SERVICES}


async def produce(kafka: str, topic: str, lines: Lines) -> None:
    """Write lines to a topic past its service, in this order."""
    producer = new_producer(kafka)
    await producer.start()
    try:
        sent = [await producer.send(topic, line, partition=shard) for shard, line in lines]
        await asyncio.gather(*sent)
    finally:
        await discard(producer)


async def all_read(kafka: str) -> bool:
    """Tell whether every consumer group stands at the end of its topic."""
    partitions = {service: [TopicPartition(service, shard) for shard in range(SHARDS)] for service in SERVICES}
    admin, consumer = AIOKafkaAdminClient(bootstrap_servers=kafka), AIOKafkaConsumer(bootstrap_servers=kafka)
    await admin.start()
    await consumer.start()
    try:
        for reader, sources in READS.items():
            for source in sources:
                ends = await consumer.end_offsets(partitions[source])
                read = await admin.list_consumer_group_offsets(f"{reader}.{source}", partitions=partitions[source])
                if any(read[partition].offset < end for partition, end in ends.items() if end):
                    return False
        return True
    finally:
        await consumer.stop()
        await admin.close()
