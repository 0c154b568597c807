"""重建: empty the tables that are folds of logs, fold the logs again, and show that every byte is as before."""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple

from contracts import topics
from contracts.envelope import GENESIS, SHARDS, Event
from services.chassis import applied, chain, log, postgres
from services.chassis.chain import ForkError, Position
from services.chassis.postgres import Connection
from services.chassis.service import Service
from services.chassis.upstream import Upstream

PAGE = 1_000
_STATES = {"O": "enable", "A": "enable always", "R": "enable replica", "D": "disable"}


class Digest(NamedTuple):
    """What a table holds: the number of rows and the SHA-256 over their text in sorted order."""

    rows: int
    sha256: str


class Rebuilt(NamedTuple):
    """The digests of the state tables before and after, and how many events were folded."""

    before: dict[str, Digest]
    after: dict[str, Digest]
    events: int


async def rebuild(service: Service, owner_url: str, upstreams: Mapping[topics.Service, Upstream]) -> Rebuilt:
    """Fold the own log and what was taken in of the others again, in one transaction; a running service waits.

    ``owner_url`` names the owner role: nobody else may empty a table. Upstream events come from their feeds, up to
    the applied positions, without those that are parked or were given up. Raises ``ForkError`` and changes nothing
    when a feed is not what was taken in.
    """
    connection = await postgres.connect(owner_url, name=f"{service.name}-rebuild")
    try:
        async with connection.transaction():
            await connection.execute("lock table log.head, log.applied in exclusive mode")
            before = await digests(connection, service.state_tables)
            await _empty(connection, service.state_tables)
            count = 0
            async for events in _own(connection):
                await service.evolve(connection, events)
                count += len(events)
            for source in service.sources:
                async for events in _taken(connection, source, upstreams[source]):
                    await service.fold(connection, source, events)
                    count += len(events)
            return Rebuilt(before, await digests(connection, service.state_tables), count)
    finally:
        await connection.close()


async def digests(connection: Connection, tables: Sequence[str]) -> dict[str, Digest]:
    """Digest every table; needs a transaction."""
    return {table: await _digest(connection, table) for table in tables}


async def _digest(connection: Connection, table: str) -> Digest:
    rows, digest = 0, hashlib.sha256()
    # the names come from the service's own code
    query = f'select content::text collate "C" as row from {table} as content order by 1'  # noqa: S608
    async for (row,) in connection.cursor(query, prefetch=PAGE):
        rows += 1
        digest.update(row.encode() + b"\n")
    return Digest(rows, digest.hexdigest())


async def _empty(connection: Connection, tables: Sequence[str]) -> None:
    """Truncate the tables although their own triggers refuse it, and put the triggers back as they were."""
    if not tables:
        return
    triggers = await connection.fetch(_TRIGGERS, list(tables))
    for table in tables:
        await connection.execute(f"alter table {table} disable trigger user")
    await connection.execute(f"truncate {', '.join(tables)} restart identity")
    for table, name, state in triggers:
        await connection.execute(f"alter table {table} {_STATES[state]} trigger {name}")


async def _own(connection: Connection) -> AsyncIterator[Sequence[Event]]:
    for shard in range(SHARDS):
        after = 0
        while events := await log.read(connection, shard, after, PAGE):
            yield events
            after = events[-1].seq


async def _taken(connection: Connection, source: topics.Service, upstream: Upstream) -> AsyncIterator[Sequence[Event]]:
    left_out = {(row["shard"], row["seq"]) for row in await connection.fetch(_LEFT_OUT, source)}
    for shard, end in (await applied.positions(connection, source)).items():
        position = Position(0, GENESIS)
        while position.seq < end.seq:
            page = await upstream.events(shard, position.seq, min(PAGE, end.seq - position.seq))
            if not page:
                raise ForkError(f"shard {shard} of {source} has lost what comes after event {position.seq}")
            chain.link(page, shard, position)
            position = Position(page[-1].seq, page[-1].hash)
            yield [event for event in page if (event.shard, event.seq) not in left_out]
        if position != end:
            raise ForkError(f"event {end.seq} of shard {shard} of {source} is not the one that was taken in")


_TRIGGERS = """
select tgrelid::regclass::text, quote_ident(tgname), tgenabled::text from pg_trigger
where tgrelid = any($1::text[]::regclass[]) and not tgisinternal
"""

_LEFT_OUT = "select shard, seq from log.parked where source = $1 and state in ('parked', 'resolved')"
