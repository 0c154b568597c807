"""已处理位置: how far each shard of each source is taken in; it moves only together with the effects."""

from collections.abc import Mapping, Sequence

from contracts.envelope import GENESIS, SHARDS, Event
from contracts.topics import Service
from services.chassis.chain import Position
from services.chassis.postgres import Connection


class MovedError(Exception):
    """Another process has taken in events of the same shards meanwhile."""


async def positions(connection: Connection, source: Service) -> dict[int, Position]:
    """Read how far all 16 shards of a source are taken in; a source that is new begins at 0."""
    await connection.execute(_BEGIN, source, list(range(SHARDS)), GENESIS)
    rows = await connection.fetch("select shard, seq, hash from log.applied where source = $1", source)
    return {row["shard"]: Position(row["seq"], row["hash"]) for row in rows}


async def lock(
    connection: Connection, source: Service, shards: Sequence[int], expected: Mapping[int, Position]
) -> None:
    """Lock the positions of these shards, in order. Raises ``MovedError`` when they are not as expected."""
    rows = await connection.fetch(_LOCK, source, shards)
    if any(expected[row["shard"]] != (row["seq"], row["hash"]) for row in rows):
        raise MovedError(f"the position in {source} has moved")


async def hold(connection: Connection, source: Service, shard: int) -> None:
    """Keep every other process from taking in events of a shard until the transaction ends."""
    await connection.fetch(_LOCK, source, [shard])


async def advance(connection: Connection, source: Service, last: Mapping[int, Event]) -> None:
    """Move the positions of the given shards to these last events."""
    events = last.values()
    await connection.execute(
        _ADVANCE, source, list(last), [event.seq for event in events], [event.hash for event in events]
    )


_BEGIN = """
insert into log.applied (source, shard, seq, hash)
select $1, shard, 0, $3 from unnest($2::smallint[]) as shard
on conflict do nothing
"""

_LOCK = """
select shard, seq, hash from log.applied
where source = $1 and shard = any($2::smallint[])
order by shard
for update
"""

_ADVANCE = """
update log.applied as applied set seq = last.seq, hash = last.hash
from unnest($2::smallint[], $3::bigint[], $4::bytea[]) as last (shard, seq, hash)
where applied.source = $1 and applied.shard = last.shard
"""
