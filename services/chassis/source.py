"""One source of a service: what its topic brings and what only its feed knows, taken in one after the other."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import httpx
import structlog
from aiokafka import ConsumerRecord

from contracts.envelope import SHARDS, Event
from services.chassis.chain import ForkError, Position, genuine
from services.chassis.intake import Intake
from services.chassis.progress import Progress
from services.chassis.trouble import Backoff
from services.chassis.upstream import Upstream

HEAL_SECONDS = 2.0
"""How often the feed is asked where its shards end; also how long a shard may stand still before it is healed."""

BUSY_ROUNDS = 15
"""The same in rounds while the topic brings other shards: a shard in a long queue is late, not lost."""

Record: TypeAlias = ConsumerRecord[bytes, bytes]

_log = structlog.get_logger()


class Source:
    """Takes in one source for ever: the same place is tried again until it goes well, or the service stops."""

    def __init__(self, intake: Intake, upstream: Upstream, progress: Progress, stop: asyncio.Event) -> None:
        self.name = intake.source
        self._intake = intake
        self._upstream = upstream
        self._progress = progress
        self._stop = stop
        self._turn = asyncio.Lock()
        self._loaded = False
        self._batches = self._batches_before = 0
        self._rounds: dict[int, int] = {}
        self._healer = asyncio.create_task(self._heal(), name=f"heal-{self.name}")
        self._healing = progress.worker(f"heal-{self.name}", lambda: not self._healer.done())
        self._taking = progress.worker(f"take-{self.name}", lambda: True)

    async def receive(self, records: Sequence[Record]) -> bool:
        """Take in a batch of the topic, however long it takes; False when the service stops before it is done."""
        self._batches += 1
        events: list[Event] = []
        doubtful = set()
        for record in records:
            event = genuine(record.value or b"", record.partition)
            if event is not None:
                events.append(event)
            else:
                _log.error("bad_bytes", source=self.name, shard=record.partition, offset=record.offset)
                doubtful.add(record.partition)
        backoff = Backoff()
        while not self._stop.is_set():
            try:
                if self.name not in self._progress.forks:
                    await self._take(events, doubtful)
                    return True
            except Exception as error:
                self._taking.failed(error)
                _log.warning("take_interrupted", source=self.name, error=repr(error))
            await backoff.wait(self._stop)
        return False

    async def close(self) -> None:
        """Stop asking the feed."""
        self._healer.cancel()
        await asyncio.wait([self._healer])
        await self._upstream.close()

    async def _take(self, events: Iterable[Event], doubtful: Iterable[int]) -> None:
        async with self._turn:
            if not self._loaded:
                await self._intake.load()
            self._loaded = False
            try:
                await self._intake.take(events, doubtful)
            except ForkError as error:
                self._progress.forks[self.name] = str(error)
                _log.critical("fork", source=self.name, error=str(error))
                raise
            self._loaded = True
            self._taking.succeeded()

    async def _heal(self) -> None:
        before: dict[int, Position] = {}
        ends: dict[int, Position] = {}
        backoff = Backoff(longest=HEAL_SECONDS)
        while not self._stop.is_set():
            try:
                now = dict(self._intake.positions)
                late = self._late([shard for shard in now if now[shard] == before.get(shard) != ends[shard]])
                before, ends = now, await self._ends()
                await self._take((), late | self._contradicting(now, ends))
                self._progress.forks.pop(self.name, None)
            except Exception as error:
                if isinstance(error, httpx.HTTPError):
                    self._healing.waits()
                else:
                    self._healing.failed(error)
                _log.warning("heal_interrupted", source=self.name, error=repr(error))
                await backoff.wait(self._stop)
            else:
                self._healing.succeeded()
                backoff.reset()
                await asyncio.sleep(HEAL_SECONDS)

    def _late(self, still: Iterable[int]) -> set[int]:
        """Tell which of the shards that stood still since the last look have done so for too long."""
        self._rounds = {shard: self._rounds.get(shard, 0) + 1 for shard in still}
        busy = self._turn.locked() or self._batches != self._batches_before
        patience = BUSY_ROUNDS if busy else 1
        self._batches_before = self._batches
        return {shard for shard, rounds in self._rounds.items() if rounds >= patience}

    async def _ends(self) -> dict[int, Position]:
        ends, parked = await self._upstream.ends()
        self._progress.parked_there[self.name] = parked
        for shard, end in ends.items():
            self._progress.saw(self.name, shard, end.seq)
        return ends

    def _contradicting(self, now: dict[int, Position], ends: dict[int, Position]) -> set[int]:
        """Tell the shards that end before our position, or there with another hash; after a fork, all of them."""
        if self.name in self._progress.forks:
            return set(range(SHARDS))
        return {shard for shard in now if now[shard] != ends[shard] and ends[shard].seq <= now[shard].seq}
