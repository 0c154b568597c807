"""挂起: an event that cannot be taken in is set aside with its reason; what follows in its stream waits."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from contracts.envelope import Event
from contracts.topics import Service
from services.chassis.postgres import Connection

BEHIND = "BEHIND"
"""The code of an event that is parked only because an earlier one of its stream is."""


class Parked(NamedTuple):
    """A parked event; ``maker`` proposed to give it up on these ``grounds``, where somebody did."""

    event: Event
    maker: str | None
    grounds: str | None


async def parked_count(connection: Connection, source: Service | None = None) -> int:
    """Count the parked events of a source, or of all."""
    count: int = await connection.fetchval(_COUNT, source)
    return count


async def listing(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """List what is parked, oldest first, with its reason."""
    return [dict(row) for row in await connection.fetch(_LISTING, limit)]


async def waiting(connection: Connection, source: Service, events: Iterable[Event]) -> set[str]:
    """Tell which streams of these events have something parked."""
    streams = {event.stream for event in events}
    rows = await connection.fetch(_WAITING, source, list(streams))
    return {row["stream"] for row in rows}


async def park(connection: Connection, source: Service, events: Sequence[Event], code: str, reason: str) -> None:
    """Set events aside."""
    await connection.execute(
        _PARK,
        source,
        [event.shard for event in events],
        [event.seq for event in events],
        [event.stream for event in events],
        [event.kind for event in events],
        [event.line() for event in events],
        code,
        reason,
    )


async def find(connection: Connection, source: Service, shard: int, seq: int) -> Parked | None:
    """Find a parked event; None when no such event is parked."""
    row = await connection.fetchrow(_FIND, source, shard, seq)
    return None if row is None else Parked(Event.from_line(row["line"]), row["maker"], row["grounds"])


async def first(connection: Connection, source: Service, stream: str) -> Event | None:
    """Read the first parked event of a stream."""
    line = await connection.fetchval(_FIRST, source, stream)
    return None if line is None else Event.from_line(line)


async def propose(connection: Connection, source: Service, event: Event, maker: str, grounds: str) -> None:
    """Note that somebody proposes to give a parked event up; it stays parked. A later proposal takes its place."""
    await connection.execute(_PROPOSE, source, event.shard, event.seq, maker, grounds)


async def applied(connection: Connection, source: Service, event: Event, actor: str) -> None:
    """Note that a parked event was applied after all."""
    await connection.execute(_APPLIED, source, event.shard, event.seq, actor)


async def give_up(connection: Connection, source: Service, event: Event, checker: str) -> None:
    """Note that a parked event was given up as proposed. The database refuses the maker as the checker."""
    await connection.execute(_GIVE_UP, source, event.shard, event.seq, checker)


async def explain(connection: Connection, source: Service, event: Event, code: str, reason: str) -> None:
    """Note why a parked event could not be applied this time."""
    await connection.execute(_EXPLAIN, source, event.shard, event.seq, code, reason)


_COUNT = "select count(*) from log.parked where state = 'parked' and ($1::text is null or source = $1)"

_LISTING = """
select source, shard, seq, stream, kind, code, reason, parked_at, maker, grounds from log.parked
where state = 'parked'
order by parked_at, source, shard, seq
limit $1
"""

_WAITING = """
select distinct stream from log.parked
where source = $1 and stream = any($2::text[]) and state = 'parked'
"""

_PARK = """
insert into log.parked (source, shard, seq, stream, kind, line, code, reason)
select $1, event.*, $7, $8
from unnest($2::smallint[], $3::bigint[], $4::text[], $5::text[], $6::bytea[]) as event
"""

_FIND = """
select line, maker, grounds from log.parked
where source = $1 and shard = $2 and seq = $3 and state = 'parked'
for update
"""

_FIRST = """
select line from log.parked
where source = $1 and stream = $2 and state = 'parked'
order by seq
limit 1
"""

_PROPOSE = """
update log.parked set maker = $4, grounds = $5
where source = $1 and shard = $2 and seq = $3 and state = 'parked'
"""

_APPLIED = """
update log.parked set state = 'applied', closed_at = now(), closed_by = $4
where source = $1 and shard = $2 and seq = $3 and state = 'parked'
"""

_GIVE_UP = """
update log.parked set state = 'resolved', closed_at = now(), closed_by = $4, why = grounds
where source = $1 and shard = $2 and seq = $3 and state = 'parked'
"""

_EXPLAIN = """
update log.parked set code = $4, reason = $5
where source = $1 and shard = $2 and seq = $3
"""
