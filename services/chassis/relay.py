"""The log is the outbox: what stands in it is sent to the topic, each shard in order, until the broker has it."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from operator import attrgetter

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from contracts.envelope import SHARDS, Event
from services.chassis import postgres
from services.chassis.progress import Progress
from services.chassis.trouble import Backoff
from services.chassis.unit import Log

LARGEST_REQUEST = 2 << 20
"""Bytes; the topics allow as much. A body is at most half of it, so every line fits."""
BATCH_BYTES = 1 << 20
ROUND = 200
"""Events per shard and round."""
POLL_SECONDS = 0.25
STOP_SECONDS = 5.0
STANDBY_SECONDS = 2.0
_ONE_RELAY = 7_302_001

_log = structlog.get_logger()


class Relay:
    """Sends one service's log to its topic. Of several processes one does it, the others wait their turn."""

    def __init__(self, log: Log, url: str, kafka: str, progress: Progress) -> None:
        self._log = log
        self._url = url
        self._kafka = kafka
        self._progress = progress
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to send."""
        self._task = task = asyncio.create_task(self._run(), name="relay")
        self._worker = self._progress.worker("relay", lambda: not task.done())

    async def stop(self) -> None:
        """Send what is already committed, for a few seconds at most, and end."""
        self._stop.set()
        self._log.news.set()
        if self._task is not None:
            done, _ = await asyncio.wait([self._task], timeout=STOP_SECONDS)
            if not done:
                self._task.cancel()
                await asyncio.wait([self._task], timeout=STOP_SECONDS)

    async def _run(self) -> None:
        backoff = Backoff()
        while True:
            try:
                await self._hold_office(backoff)
            except (KafkaError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self._worker.failed(error)
                _log.warning("relay_interrupted", error=repr(error))
            if self._stop.is_set():
                return
            await backoff.wait(self._stop)

    async def _hold_office(self, backoff: Backoff) -> None:
        """Send as the one active relay until stopped. Raises when the database or Kafka fails."""
        connection = await postgres.connect(self._url, name=f"{self._log.service}-relay")
        try:
            # a cursor that is lost only makes duplicates, so its commits need not wait for the disk
            await connection.execute("set synchronous_commit = off")
            while not await connection.fetchval("select pg_try_advisory_lock($1)", _ONE_RELAY):
                self._worker.succeeded()
                await _wait(self._stop, STANDBY_SECONDS)
                if self._stop.is_set():
                    return
            producer = new_producer(self._kafka)
            try:
                await producer.start()
                await self._send_all(connection, producer, backoff)
            finally:
                await discard(producer)
        finally:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                await connection.close(timeout=STOP_SECONDS)

    async def _send_all(self, connection: postgres.Connection, producer: AIOKafkaProducer, backoff: Backoff) -> None:
        while True:
            self._log.news.clear()
            events = [Event(*row) for row in await connection.fetch(_NEXT, ROUND)]
            if events:
                await send(producer, self._log.service, events)
                await self._advance(connection, events)
            self._worker.succeeded()
            backoff.reset()
            if not events:
                self._caught_up()
                if self._stop.is_set():
                    return
                await _wait(self._log.news, POLL_SECONDS)

    async def _advance(self, connection: postgres.Connection, events: Sequence[Event]) -> None:
        last = {event.shard: event.seq for event in events}
        for row in await connection.fetch(_ADVANCE, list(last), list(last.values())):
            self._progress.sent(row["shard"], row["backlog"])

    def _caught_up(self) -> None:
        for shard in range(SHARDS):
            self._progress.sent(shard, 0)


async def _wait(happens: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await happens.wait()


def new_producer(kafka: str) -> AIOKafkaProducer:
    """Make a producer that neither loses nor reorders what it was given while it lives."""
    return AIOKafkaProducer(
        bootstrap_servers=kafka,
        enable_idempotence=True,
        acks="all",
        max_batch_size=LARGEST_REQUEST,
        max_request_size=LARGEST_REQUEST,
        request_timeout_ms=15_000,
        metadata_max_age_ms=30_000,
    )


async def discard(producer: AIOKafkaProducer) -> None:
    """Stop a producer; one whose broker is gone is not waited for."""
    with suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await producer.stop()


async def send(producer: AIOKafkaProducer, topic: str, events: Sequence[Event]) -> None:
    """Send events, sorted by shard and number, and wait until the broker has all of them. Raises ``KafkaError``."""
    acknowledgements = []
    for shard, queue in groupby(events, key=attrgetter("shard")):
        for lines in _batches(event.line() for event in queue):
            batch = producer.create_batch()
            for line in lines:
                batch.append(key=None, value=line, timestamp=None)
            acknowledgements.append(await producer.send_batch(batch, topic, partition=shard))
    await asyncio.gather(*acknowledgements)


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Cut lines into batches of about ``BATCH_BYTES``; a larger line goes alone, and still fits a request."""
    batch: list[bytes] = []
    size = 0
    for line in lines:
        if batch and size + len(line) > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line)
    if batch:
        yield batch


_NEXT = """
select
    event.shard, event.seq, id, stream, kind, version, body, actor, cause, business_date, recorded_at, prev, hash
from log.relay as relay
cross join lateral (
    select * from log.event
    where event.shard = relay.shard and event.seq > relay.seq
    order by event.seq
    limit $1
) as event
order by event.shard, event.seq
"""

_ADVANCE = """
update log.relay as relay set seq = sent.seq
from unnest($1::smallint[], $2::bigint[]) as sent (shard, seq)
join log.head as head using (shard)
where relay.shard = sent.shard
returning relay.shard, head.seq - relay.seq as backlog
"""
