"""日终: how the end of a business day flows down the logs, from the ledger's call to every service's markers."""

from collections.abc import Sequence
from datetime import date
from typing import cast
from uuid import UUID

from contracts.catalogue import parse
from contracts.days import DayEndCalled, DayEnded, Source, Total
from contracts.envelope import SHARDS, Event, shard_of
from contracts.topics import Service
from services.chassis import parking
from services.chassis.postgres import Connection
from services.chassis.trouble import Refused
from services.chassis.unit import Unit

CALLER: dict[Service, Service] = {"enrollment": "ledger", "adjudication": "enrollment", "payment": "adjudication"}
"""Whose log tells a service that its day is over; the ledger calls the end of its own day itself."""


def _stream_of(shard: int) -> str:
    return next(name for n in range(10_000) if shard_of(name := f"day/{n}") == shard)


STREAMS = tuple(_stream_of(shard) for shard in range(SHARDS))
"""For each shard a stream that falls into it, so that a marker can stand in every shard."""


async def open_day(connection: Connection) -> date:
    """Give the open business day. Raises ``Refused`` NO_OPEN_DAY."""
    day: date | None = await connection.fetchval("select business_date from log.head where shard = 0")
    if day is None:
        raise Refused("NO_OPEN_DAY", "this log has no open business day yet")
    return day


async def follow(unit: Unit, service: Service, source: Service, events: Sequence[Event]) -> None:
    """Note the source's day markers, and end the own day once the source says that it is over."""
    markers = [event for event in events if event.kind == DayEnded.KIND]
    days = await _note(unit.conn, source, markers) if markers else set()
    if CALLER.get(service) != source:
        return
    for event in events:
        if event.kind == DayEndCalled.KIND:
            call = cast(DayEndCalled, parse(event))
            await end(unit, service, call.day, call.next, event.id)
    for day in sorted(days):
        await _end_when_complete(unit, service, source, day)


async def end(unit: Unit, service: Service, day: date, following: date, cause: UUID) -> None:
    """End ``day`` in all 16 shards with their control totals, and open ``following``.

    Done before, it does nothing. Raises ``Refused`` DAY_OUT_OF_ORDER when another day is open.
    """
    today = await unit.lock_all()
    if following <= today:
        return
    if day != today:
        raise Refused("DAY_OUT_OF_ORDER", f"the end of {day} was called while {today} is open")
    await unit.flush()
    totals = await _control_totals(unit.conn, day)
    parked = await parking.parked_count(unit.conn)
    for shard, stream in enumerate(STREAMS):
        marker = DayEnded(
            source=cast(Source, service),
            shard=shard,
            day=day,
            next=following,
            totals=totals.get(shard, ()),
            parked=parked,
        )
        unit.append(marker, stream=stream, cause=cause, n=shard)
    await unit.open_day(following)


async def _note(connection: Connection, source: Service, markers: Sequence[Event]) -> set[date]:
    said = [cast(DayEnded, parse(event)) for event in markers]
    await connection.execute(
        _NOTE,
        source,
        [marker.shard for marker in markers],
        [marker.day for marker in said],
        [marker.next for marker in said],
        [marker.id for marker in markers],
    )
    return {marker.day for marker in said}


async def _end_when_complete(unit: Unit, service: Service, source: Service, day: date) -> None:
    rows = await unit.conn.fetch(_MARKERS, source, day)
    if len(rows) < SHARDS:
        return
    following = {row["next"] for row in rows}
    if len(following) > 1:
        raise Refused("DAY_DISAGREES", f"the shards of {source} open different days after {day}")
    await end(unit, service, day, following.pop(), rows[0]["event"])


async def _control_totals(connection: Connection, day: date) -> dict[int, tuple[Total, ...]]:
    totals: dict[int, tuple[Total, ...]] = {}
    for shard, *total in await connection.fetch(_TOTALS, day):
        kind, book, count, amount = total
        line = Total(kind=kind, book=book, count=count, amount=amount)
        totals[shard] = (*totals.get(shard, ()), line)
    return totals


_NOTE = """
insert into log.marker (source, shard, day, next, event)
select $1, * from unnest($2::smallint[], $3::date[], $4::date[], $5::uuid[])
"""

_MARKERS = "select shard, next, event from log.marker where source = $1 and day = $2 order by shard"

_TOTALS = """
select shard, kind, book, count, amount from log.control
where business_date = $1
order by shard, kind, book
"""
