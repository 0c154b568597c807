"""Look up what is to be looked at again (再核定): the orders, how far each has come, and whose turn it is."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from services.chassis.postgres import Connection


class Order(NamedTuple):
    """An order that may go on: claims at ``provider``, or else of ``book``; persons up to ``upto`` had their turn."""

    number: str
    provider: str | None
    book: str | None
    since: date
    upto: str


async def listing(connection: Connection) -> list[dict[str, Any]]:
    """List all orders with their progress, the latest first."""
    return [dict(row) for row in await connection.fetch(f"{_SHOWN} order by ordered_on desc, reconsideration")]


async def shown(connection: Connection, number: str) -> dict[str, Any] | None:
    """Read one order with its progress; None where there is none of that number."""
    row = await connection.fetchrow(f"{_SHOWN} where reconsideration = $1", number)
    return None if row is None else dict(row)


async def open_order(connection: Connection) -> Order | None:
    """Give the oldest order that may go on and is not done; None while nothing is to be done."""
    row = await connection.fetchrow(_OPEN)
    return None if row is None else Order(*row)


async def next_persons(connection: Connection, order: Order, limit: int) -> Sequence[str]:
    """Give the next ``limit`` persons with a claim that the order is about."""
    rows = await connection.fetch(_PERSONS, order.upto, order.since, order.provider, order.book, limit)
    return [row["person"] for row in rows]


async def concerns_any(connection: Connection, provider: str, since: date) -> bool:
    """Tell whether a claim for care at a provider on or after a day was decided.

    Whoever is deciding claims at this moment, on the agreement as it was, is waited for.
    """
    await connection.execute(_HOLD)
    return bool(await connection.fetchval(_CONCERNS, provider, since))


_SHOWN = """
select
    reconsideration, because, provider, book, since, ordered_on, approved_by, persons, decided,
    case
        when because = 'pack' and approved_by is null then case when done then 'rejected' else 'proposed' end
        when done then 'done'
        else 'open'
    end as status
from state.reconsideration
"""

_OPEN = """
select reconsideration, provider, book, since, upto from state.reconsideration
where not done and (because = 'agreement' or approved_by is not null)
order by ordered_on, reconsideration
limit 1
"""

_PERSONS = """
select distinct person from state.claim
where person > $1 and service_date >= $2 and (provider = $3 or book = $4)
order by person
limit $5
"""

_HOLD = "select from log.applied where source = 'adjudication' order by shard for share"

_CONCERNS = """
select exists (
    select from state.claim as claim
    where claim.provider = $1
        and claim.service_date >= $2
        and not exists (select from state.undecided as fresh where fresh.claim = claim.claim)
)
"""
