"""年终结转 in the database: closing entries that were booked in a later year than the one that they close."""

from datetime import date

from services.chassis.postgres import Connection
from services.ledger.records import Carried


async def carried(conn: Connection, begins: date, ends: date) -> list[Carried]:
    """Give what turns a year's balances as booked into those after carry-over, by book and account, fen."""
    return [Carried(*row) for row in await conn.fetch(_CARRIED, begins, ends)]


_CARRIED = """
with late as (
    select
        entry.book,
        line.account,
        line.side,
        line.amount,
        entry.incurred_on < $1 as earlier,
        case when entry.incurred_on >= $1 then 1 when entry.business_date <= $2 then -1 else 0 end as sign
    from state.entry as entry cross join unnest(entry.lines) as line
    where entry.template in ('T31', 'T32') and (
        (entry.incurred_on < $1 and entry.business_date >= $1)
        or (entry.incurred_on between $1 and $2 and entry.business_date > $2)
    )
)
select
    book,
    account,
    coalesce(sum(case side when 'D' then amount else -amount end) filter (where earlier), 0)::bigint,
    coalesce(sum(sign * amount) filter (where side = 'D'), 0)::bigint,
    coalesce(sum(sign * amount) filter (where side = 'C'), 0)::bigint
from late
group by book, account
order by book, account collate "C"
"""
