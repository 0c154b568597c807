"""日志: the tables of a service's own log: where each shard ends, and what stands in it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from contracts.envelope import Event
from services.chassis.postgres import Connection

LARGEST_SEQ = 2**63 - 1
"""What the database can count to."""


class Head(NamedTuple):
    """The end of one shard: its last number and hash, and the business date of what comes next."""

    shard: int
    seq: int
    hash: bytes
    business_date: date | None


async def heads(connection: Connection) -> list[Head]:
    """See where the 16 shards end, as this transaction sees it."""
    rows = await connection.fetch("select shard, seq, hash, business_date from log.head order by shard")
    return [Head(*row) for row in rows]


async def lock_heads(connection: Connection, shards: Iterable[int]) -> list[Head]:
    """Lock the ends of these shards, in shard order, until the transaction ends."""
    rows = await connection.fetch(_LOCK_HEADS, list(shards))
    return [Head(*row) for row in rows]


async def read(connection: Connection, shard: int, after: int, limit: int) -> list[Event]:
    """Read at most ``limit`` events of a shard whose number is above ``after``, in order."""
    rows = await connection.fetch(_READ, shard, after, limit)
    return [Event(*row) for row in rows]


async def write(connection: Connection, events: Sequence[Event]) -> None:
    """Copy events in; the database refuses what does not continue its shard and moves the heads."""
    await connection.copy_records_to_table("event", schema_name="log", records=events, columns=Event._fields)


async def start_day(connection: Connection, day: date) -> None:
    """Open the first business day of a log that has none yet; a log that has one keeps it."""
    await connection.execute("update log.head set business_date = $1 where business_date is null", day)


_LOCK_HEADS = """
select shard, seq, hash, business_date from log.head
where shard = any($1::smallint[])
order by shard
for update
"""

_READ = """
select shard, seq, id, stream, kind, version, body, actor, cause, business_date, recorded_at, prev, hash
from log.event
where shard = $1 and seq > $2
order by seq
limit $3
"""
