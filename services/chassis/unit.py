"""工作单元: everything that one command or one batch changes, in one transaction, wholly or not at all."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

from contracts.envelope import SHARDS, Body, Event, event_id, shard_of
from contracts.topics import Service
from services.chassis import log
from services.chassis.log import Head
from services.chassis.metrics import APPENDED
from services.chassis.postgres import Connection, Pool

LARGEST_BODY = 1 << 20
"""Bytes of one event's body: well below what a topic takes in one record."""

Evolve = Callable[[Connection, Sequence[Event]], Awaitable[None]]
"""Fold events of the own log into the own state tables, set-based, in the same transaction."""


class EventTooLargeError(ValueError):
    """A body is larger than ``LARGEST_BODY``."""


class NoOpenDayError(RuntimeError):
    """The log has no business date yet: nothing can be stamped."""


class Draft(NamedTuple):
    """An event that has no number yet."""

    shard: int
    id: UUID
    stream: str
    body: Body
    text: str
    actor: str
    cause: UUID


class Unit:
    """One transaction: changes through ``conn``, new events through ``append``."""

    def __init__(self, conn: Connection, actor: str, evolve: Evolve) -> None:
        self.conn = conn
        self.actor = actor
        self.calls: list[Callable[[], None]] = []
        self.written = 0
        self._evolve = evolve
        self._heads: dict[int, Head] = {}
        self._drafts: list[Draft] = []

    async def lock(self, *streams: str) -> None:
        """Lock the heads of these streams' shards, in shard order, so that what is looked at stays true."""
        await self._lock({shard_of(stream) for stream in streams})

    async def lock_all(self) -> date:
        """Lock every head and give the open business day. Raises ``NoOpenDayError``."""
        await self._lock(range(SHARDS))
        day = self._heads[0].business_date
        if day is None:
            raise NoOpenDayError("the log has no open business day")
        return day

    def append(self, body: Body, *, stream: str, cause: UUID, n: int = 0, actor: str | None = None) -> UUID:
        """Add an event to what this unit writes; give its id, ``uuid5(cause, kind/n)``.

        Raises ``EventTooLargeError`` and, for text that is not in NFC, ``NotCanonicalError``.
        """
        text = body.canonical()
        if len(text) > LARGEST_BODY:
            raise EventTooLargeError(f"a {body.KIND} of {len(text):,} bytes is above {LARGEST_BODY:,}")
        key = event_id(cause, body.KIND, n)
        self._drafts.append(Draft(shard_of(stream), key, stream, body, text.decode(), actor or self.actor, cause))
        return key

    async def flush(self) -> None:
        """Number, stamp, chain and write what was appended so far, and fold it into the own state."""
        drafts, self._drafts = self._drafts, []
        if not drafts:
            return
        await self._lock({draft.shard for draft in drafts})
        events = self._chain(drafts)
        await log.write(self.conn, events)
        await self._count(drafts)
        await self._evolve(self.conn, events)
        self.written += len(events)

    async def open_day(self, day: date) -> None:
        """Write what was appended so far, then open ``day`` in every head: it stamps what comes later."""
        await self.lock_all()
        await self.flush()
        await self.conn.execute("update log.head set business_date = $1", day)
        self._heads = {shard: head._replace(business_date=day) for shard, head in self._heads.items()}

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call this once the transaction has committed."""
        self.calls.append(call)

    async def _lock(self, shards: Iterable[int]) -> None:
        wanted = [shard for shard in shards if shard not in self._heads]
        if wanted:
            self._heads.update((head.shard, head) for head in await log.lock_heads(self.conn, wanted))

    def _chain(self, drafts: Sequence[Draft]) -> list[Event]:
        now = datetime.now(UTC)
        events = []
        for shard, key, stream, body, text, actor, cause in drafts:
            head = self._heads[shard]
            if head.business_date is None:
                raise NoOpenDayError(f"shard {shard} has no open business day")
            columns = (
                shard,
                head.seq + 1,
                key,
                stream,
                body.KIND,
                body.VERSION,
                text,
                actor,
                cause,
                head.business_date,
                now,
                head.hash,
            )
            event = Event(*columns, hash=Event(*columns, hash=b"").digest())
            self._heads[shard] = Head(shard, event.seq, event.hash, head.business_date)
            events.append(event)
        return events

    async def _count(self, drafts: Sequence[Draft]) -> None:
        totals: defaultdict[tuple[int, date | None, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for draft in drafts:
            book, amount = draft.body.control()
            day = self._heads[draft.shard].business_date
            total = totals[draft.shard, day, draft.body.KIND, book]
            total[0] += 1
            total[1] += amount
        rows = ((*key, *total) for key, total in totals.items())
        await self.conn.execute(_COUNT, *map(list, zip(*rows, strict=True)))


class Log:
    """日志: the log of one service in its own database. ``news`` is set whenever something was added."""

    def __init__(self, pool: Pool, service: Service, evolve: Evolve) -> None:
        self.pool = pool
        self.service = service
        self.evolve = evolve
        self.news = asyncio.Event()

    @asynccontextmanager
    async def unit(self, actor: str) -> AsyncIterator[Unit]:
        """Open a unit of work; on a clean exit its events are written, folded and committed together."""
        async with self.pool.acquire() as connection, connection.transaction():
            unit = Unit(connection, actor, self.evolve)
            yield unit
            await unit.flush()
        if unit.written:
            APPENDED.inc(unit.written)
            self.news.set()
        for call in unit.calls:
            call()

    async def read(self, shard: int, after: int, limit: int) -> list[Event]:
        """Read at most ``limit`` events of a shard whose number is above ``after``, in order."""
        async with self.pool.acquire() as connection:
            return await log.read(connection, shard, after, limit)

    async def heads(self) -> list[Head]:
        """See where the 16 shards end."""
        async with self.pool.acquire() as connection:
            return await log.heads(connection)


_COUNT = """
insert into log.control as control (shard, business_date, kind, book, count, amount)
select * from unnest($1::smallint[], $2::date[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
on conflict (shard, business_date, kind, book) do update
set count = control.count + excluded.count, amount = control.amount + excluded.amount
"""
