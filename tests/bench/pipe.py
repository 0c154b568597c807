"""The bare pipe: the same topic, batches and database server, but nothing is done with a message except keeping it."""

import asyncio
import itertools
import time
from collections.abc import Sequence

import asyncpg

from contracts.claims import ClaimSubmitted
from contracts.envelope import SHARDS
from deploy import databases, topics
from services.chassis import log, postgres
from services.chassis.consumer import Consumer
from services.chassis.postgres import Connection
from services.chassis.progress import Progress
from services.chassis.relay import discard, new_producer
from services.chassis.source import Record
from services.cli.agency import Agency

TOPIC = "bench"
SENT_AT_ONCE = 500


class Keeper:
    """A source that copies every batch into one plain table and commits."""

    name = TOPIC

    def __init__(self, database: Connection, wanted: int) -> None:
        self._database = database
        self._left = wanted
        self.began = 0.0
        self.done = asyncio.Event()

    async def receive(self, records: Sequence[Record]) -> bool:
        """Keep a batch."""
        self.began = self.began or time.perf_counter()
        rows = [(record.partition, record.offset, record.value) for record in records]
        await self._database.copy_records_to_table("message", records=rows)
        self._left -= len(rows)
        if self._left <= 0:
            self.done.set()
        return True


async def bare_pipe(running: Agency, wanted: int) -> float:
    """Send ``wanted`` claims as they stand in the log, then take them from the topic; give messages a second."""
    lines = await _claims(running.databases["adjudication"].url)
    await topics.create(running.stack.kafka, [TOPIC])
    await _send(running.stack.kafka, list(itertools.islice(itertools.cycle(lines), wanted)))
    await databases.drop(running.stack.admin_dsn, TOPIC)
    admin = await asyncpg.connect(running.stack.admin_dsn)
    await admin.execute(f'create database "{TOPIC}"')
    await admin.close()
    database = await asyncpg.connect(databases.dsn(running.stack.admin_dsn, TOPIC))
    await database.execute("create table message (shard smallint, place bigint, line bytea)")
    keeper = Keeper(database, wanted)
    consumer = Consumer("ledger", running.stack.kafka, [keeper], Progress(), asyncio.Event())  # type: ignore[list-item]
    await keeper.done.wait()
    rate = wanted / (time.perf_counter() - keeper.began)
    await consumer.close()
    await database.close()
    return rate


async def _send(kafka: str, lines: Sequence[bytes]) -> None:
    producer = new_producer(kafka)
    await producer.start()
    for start in range(0, len(lines), SENT_AT_ONCE):
        batch = producer.create_batch()
        for line in lines[start : start + SENT_AT_ONCE]:
            batch.append(key=None, value=line, timestamp=None)
        sent = await producer.send_batch(batch, TOPIC, partition=start // SENT_AT_ONCE % SHARDS)
        await sent
    await discard(producer)


async def _claims(url: str) -> list[bytes]:
    """Read the claims of the log as lines of the topic."""
    connection = await postgres.connect(url, name="bench")
    events = [event for shard in range(SHARDS) for event in await log.read(connection, shard, 0, 100_000)]
    await connection.close()
    return [event.line() for event in events if event.kind == ClaimSubmitted.KIND]
