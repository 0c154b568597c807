"""放弃处理 in the database: the events of the sources that were never booked because two people gave them up."""

from datetime import date

from contracts.parked import EventGivenUp, GivenUp
from services.chassis.postgres import Connection


async def keep(connection: Connection, body: EventGivenUp) -> None:
    """Take up that an event was given up. The database refuses one person in both parts."""
    what = body.given_up
    book, amount = (what.total.book, what.total.amount) if what.total else (None, None)
    place = what.source, what.shard, what.seq, what.day, what.kind
    await connection.execute(_KEEP, *place, book, amount, what.maker, what.checker, what.model_dump_json())


async def of_day(connection: Connection, day: date) -> list[GivenUp]:
    """Give what was given up of a day, by source, shard and number."""
    rows = await connection.fetch(_OF_DAY, day)
    return [GivenUp.model_validate_json(row["body"]) for row in rows]


_KEEP = """
insert into state.given_up (source, shard, seq, day, kind, book, amount, maker, checker, body)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

_OF_DAY = "select body from state.given_up where day = $1 order by source, shard, seq"
