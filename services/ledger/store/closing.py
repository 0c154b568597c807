"""日, 月, 年 in the database: what was called to its end, what was put forward, and the seals."""

from datetime import date

from contracts.closing import NO_SEAL, DayClosed, DayPrepared, PeriodPrepared
from contracts.days import DayEndCalled
from contracts.envelope import Event
from services.chassis.postgres import Connection
from services.ledger.records import CalledDay, Prepared, Sealed


async def open_day(conn: Connection) -> date:
    """Give the ledger's open business day."""
    day: date = await conn.fetchval("select business_date from log.head where shard = 0")
    return day


async def called(conn: Connection, day: date) -> CalledDay | None:
    """Give a day that was called to its end."""
    row = await conn.fetchrow("select day, next from state.day where day = $1", day)
    return CalledDay(*row) if row else None


async def last_called(conn: Connection) -> date | None:
    """Give the last day that was called to its end."""
    day: date | None = await conn.fetchval("select max(day) from state.day")
    return day


async def days(conn: Connection, begins: date, ends: date) -> list[CalledDay]:
    """Give the days of a period that were called to their end, in order."""
    rows = await conn.fetch("select day, next from state.day where day between $1 and $2 order by day", begins, ends)
    return [CalledDay(*row) for row in rows]


async def first_unsealed(conn: Connection) -> date | None:
    """Give the first day that was called to its end and is not sealed yet."""
    day: date | None = await conn.fetchval(
        "select min(day) from state.day where day > coalesce((select max(day) from state.sealed), '-infinity')"
    )
    return day


async def waiting(conn: Connection) -> list[date]:
    """Give the days that were called to their end and are not sealed yet, in order."""
    return [row[0] for row in await conn.fetch(_WAITING)]


async def last_sealed(conn: Connection) -> date | None:
    """Give the last sealed day."""
    day: date | None = await conn.fetchval("select max(day) from state.sealed")
    return day


async def sealed(conn: Connection, length: int) -> list[Sealed]:
    """Give the chain of seals, oldest first: ``length`` 10 is days, 7 months, 4 years."""
    rows = await conn.fetch(
        "select period, previous, hash, root, entries from state.seal where length(period) = $1 order by period", length
    )
    return [Sealed(*row) for row in rows]


async def seal_body(conn: Connection, period: str) -> str | None:
    """Give the whole seal of a day, a month or a year as canonical JSON."""
    body: str | None = await conn.fetchval("select body from state.seal where period = $1", period)
    return body


async def last_seal(conn: Connection, length: int) -> str:
    """Give the hash that the next seal names as its previous one."""
    sql = "select hash from state.seal where length(period) = $1 order by period desc limit 1"
    return await conn.fetchval(sql, length) or NO_SEAL


async def seal_count(conn: Connection) -> int:
    """Count the sealed days."""
    count: int = await conn.fetchval("select count(*) from state.seal where length(period) = 10")
    return count


async def prepared(conn: Connection, period: str) -> Prepared | None:
    """Give what was put forward last for a period."""
    row = await conn.fetchrow(
        "select digest, maker from state.prepared where period = $1 order by seq desc limit 1", period
    )
    return Prepared(*row) if row else None


async def fold_day(conn: Connection, event: Event, body: DayEndCalled) -> None:
    """Take up that a day was called to its end."""
    await conn.execute("insert into state.day values ($1, $2)", body.day, body.next)


async def fold_prepared(conn: Connection, event: Event, body: DayPrepared | PeriodPrepared) -> None:
    """Take up what was put forward for sealing."""
    period = body.day.isoformat() if isinstance(body, DayPrepared) else body.period
    await conn.execute(
        "insert into state.prepared values ($1, $2, $3, $4, $5)", event.id, period, event.seq, body.digest, body.maker
    )


async def fold_seal(conn: Connection, event: Event, seal: Sealed, maker: str, checker: str) -> None:
    """Take up a seal; from now on the database refuses entries on a sealed day."""
    await conn.execute(
        "insert into state.seal values ($1, $2, $3, $4, $5, $6, $7, $8)", *seal, maker, checker, event.body
    )
    if event.kind == DayClosed.KIND:
        await conn.execute("insert into state.sealed values ($1)", date.fromisoformat(seal.period))


_WAITING = """
select day from state.day
where day > coalesce((select max(day) from state.sealed), '-infinity') order by day
"""
