"""账证: what was taken in from each source and booked, beside the day markers that say what there should be."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import orjson

from contracts.days import DayEnded
from contracts.envelope import Event
from services.chassis.postgres import Connection
from services.ledger.model import Posted

Key = tuple[str, int, date, str, str]


async def count(connection: Connection, source: str, posted: Iterable[Posted]) -> None:
    """Add the events of one source to the counts and amounts of their shard, day, kind and book."""
    totals: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for event, book, amount, _ in posted:
        total = totals[source, event.shard, event.business_date, event.kind, book]
        total[0] += 1
        total[1] += amount
    if totals:
        rows = [(*key, *totals[key]) for key in sorted(totals)]
        await connection.execute(_COUNT, *map(list, zip(*rows, strict=True)))


async def mark(connection: Connection, markers: Sequence[tuple[Event, DayEnded]]) -> None:
    """Keep the day markers of a source."""
    rows = [
        (
            body.source,
            body.shard,
            body.day,
            body.next,
            orjson.dumps([total.model_dump() for total in body.totals]).decode(),
            event.seq,
            event.hash,
            body.parked,
        )
        for event, body in markers
    ]
    await connection.executemany(_MARK, rows)


_COUNT = """
insert into state.posted_control as control (source, shard, day, kind, book, count, amount)
select * from unnest($1::text[], $2::smallint[], $3::date[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
on conflict (source, shard, day, kind, book) do update
set count = control.count + excluded.count, amount = control.amount + excluded.amount
"""

_MARK = """
insert into state.marker (source, shard, day, next, totals, seq, hash, parked)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
