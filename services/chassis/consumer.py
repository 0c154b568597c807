"""Reading the topics: every batch goes to its source, whatever Kafka lost, repeated or mixed up."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from contracts.topics import Service
from services.chassis.intake import Handler
from services.chassis.progress import Progress
from services.chassis.relay import LARGEST_REQUEST
from services.chassis.source import Record, Source
from services.chassis.trouble import Backoff, Refused

__all__ = ["Consumer", "Handler", "Refused"]

LARGEST_BATCH = 1_000
POLL_MILLISECONDS = 50
GATHER_SECONDS = 0.05
"""A rest after a batch that was not full, in which the next one grows: a commit costs as much as some dozen events."""
STOP_SECONDS = 10.0
WATCH_SECONDS = 1.0

_log = structlog.get_logger()


class Consumer:
    """One subscriber per source. Kafka's offsets are kept for lag tools; the database knows the position."""

    def __init__(
        self, service: Service, kafka: str, sources: Sequence[Source], progress: Progress, stop: asyncio.Event
    ) -> None:
        self._service = service
        self._kafka = kafka
        self._sources = sources
        self._stop = stop
        self._broker: KafkaBroker | None = None
        self._subscribers: list[BatchSubscriber] = []
        self._task = asyncio.create_task(self._run(), name="consumer")
        self._worker = progress.worker("consumer", lambda: not self._task.done())

    async def close(self) -> None:
        """Finish the batch at hand and leave the consumer groups, in bounded time."""
        self._task.cancel()
        await asyncio.wait([self._task])
        await self._discard()

    async def _run(self) -> None:
        backoff = Backoff()
        while True:
            try:
                self._broker = self._new_broker()
                await self._broker.start()
                while self._reading():
                    self._worker.succeeded()
                    backoff.reset()
                    await asyncio.sleep(WATCH_SECONDS)
            except (KafkaError, OSError) as error:
                self._worker.failed(error)
                _log.warning("kafka_unreachable", error=repr(error))
            await self._discard()
            await backoff.wait(self._stop)

    def _reading(self) -> bool:
        return all(any(not task.done() for task in one.tasks) for one in self._subscribers)

    def _new_broker(self) -> KafkaBroker:
        broker = KafkaBroker(
            self._kafka,
            consumer_only=True,
            allow_auto_create_topics=False,
            # a topic that was deleted and made again is found again soon
            metadata_max_age_ms=5_000,
            apply_types=False,
            graceful_timeout=STOP_SECONDS,
            logger=logging.getLogger("faststream"),
        )
        self._subscribers = [self._subscribe(broker, source) for source in self._sources]
        return broker

    def _subscribe(self, broker: KafkaBroker, source: Source) -> BatchSubscriber:
        subscriber = broker.subscriber(
            source.name,
            group_id=f"{self._service}.{source.name}",
            batch=True,
            max_records=LARGEST_BATCH,
            batch_timeout_ms=POLL_MILLISECONDS,
            max_partition_fetch_bytes=LARGEST_REQUEST,
            auto_offset_reset="earliest",
            # a process that was killed is missed soon: its shards go to another one
            session_timeout_ms=6_000,
            heartbeat_interval_ms=2_000,
            ack_policy=AckPolicy.MANUAL,
            decoder=_records,
        )

        async def receive(records: Sequence[Record]) -> None:
            if await source.receive(records):
                await _remember(subscriber, records)
            if len(records) < LARGEST_BATCH:
                await asyncio.sleep(GATHER_SECONDS)

        subscriber(receive)
        return subscriber

    async def _discard(self) -> None:
        broker, self._broker = self._broker, None
        if broker is not None:
            # with no broker to talk to, leaving the group would wait for ever
            with suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(STOP_SECONDS + 5):
                    await broker.stop()


async def _records(message: KafkaMessage) -> Sequence[Record]:
    """Give the records as they came: what they say is read by the intake, which trusts no byte of them."""
    records = message.raw_message
    return records if isinstance(records, tuple) else (records,)


async def _remember(subscriber: BatchSubscriber, records: Sequence[Record]) -> None:
    """Tell Kafka how far the database is. For lag tools only, so a failure changes nothing."""
    offsets = {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}
    if subscriber.consumer is not None:
        with suppress(KafkaError):
            await subscriber.consumer.commit(offsets)
