"""发生额与余额 in the database: what moved on every account of a book, by day."""

from datetime import date
from typing import Any

from services.chassis.postgres import Connection
from services.ledger.model import Balance, View


async def movements(connection: Connection, book: str, since: date, until: date) -> list[Balance]:
    """Add up what moved on each account of a book from ``since`` to ``until``, both days included."""
    return _balances(await connection.fetch(_MOVEMENTS, book, since, until))


async def until(connection: Connection, book: str, day: date) -> list[Balance]:
    """Add up all that moved on each account of a book up to the end of a day."""
    return _balances(await connection.fetch(_MOVEMENTS, book, date.min, day))


async def days(connection: Connection, book: str, account: str, since: date, until: date) -> list[Any]:
    """List what moved on an account day by day: ``business_date``, ``debit``, ``credit``."""
    return await connection.fetch(_DAYS, book, account, since, until)


async def closing_movements(
    connection: Connection, book: str, since: date, until: date, view: View = "booked"
) -> list[Balance]:
    """Add up what the closing entries (T31, T32) of a period moved: statements of the period leave it out."""
    return _balances(await connection.fetch(_CLOSING, book, since, until, view))


async def moved_elsewhere(connection: Connection, book: str, since: date, until: date) -> list[Balance]:
    """Add up what turns "as booked" into "as incurred" for a period.

    What was incurred in the period and booked outside it counts, what was booked in it and incurred outside
    counts the other way.
    """
    return _balances(await connection.fetch(_ELSEWHERE, book, since, until))


async def books(connection: Connection) -> list[str]:
    """List the books that were ever posted to."""
    return [row["book"] for row in await connection.fetch("select book from state.book order by book")]


def _balances(rows: list[Any]) -> list[Balance]:
    return [Balance(row["book"], row["account"], row["debit"], row["credit"]) for row in rows]


_MOVEMENTS = """
select book, account, sum(debit)::bigint as debit, sum(credit)::bigint as credit
from state.balance
where book = $1 and business_date between $2 and $3
group by book, account
order by account
"""

_DAYS = """
select business_date, debit, credit from state.balance
where book = $1 and account = $2 and business_date between $3 and $4
order by business_date
"""

_CLOSING = """
select
    entry.book, line.account,
    coalesce(sum(line.amount) filter (where line.side = 'D'), 0)::bigint as debit,
    coalesce(sum(line.amount) filter (where line.side = 'C'), 0)::bigint as credit
from state.entry as entry cross join unnest(entry.lines) as line
where entry.book = $1 and entry.template in ('T31', 'T32')
    and case $4 when 'incurred' then entry.incurred_on else entry.business_date end between $2 and $3
group by entry.book, line.account
order by line.account
"""

_ELSEWHERE = """
select
    late.book, line.account,
    coalesce(sum(late.sign * line.amount) filter (where line.side = 'D'), 0)::bigint as debit,
    coalesce(sum(late.sign * line.amount) filter (where line.side = 'C'), 0)::bigint as credit
from (
    select book, lines, case when incurred_on between $2 and $3 then 1 else -1 end as sign
    from state.entry
    where book = $1 and incurred_on <> business_date
        and (incurred_on between $2 and $3) <> (business_date between $2 and $3)
) as late
cross join unnest(late.lines) as line
group by late.book, line.account
order by line.account
"""
