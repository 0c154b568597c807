"""查账: the lines behind a figure, page by page, and everything that the books say of a claim."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.chassis.postgres import Connection
from services.ledger.model import View


class Place(NamedTuple):
    """Where a page ended: the next one begins behind it. ``day`` is the one that the lines are listed by."""

    day: date
    entry: UUID
    n: int


BEGINNING = Place(date.min, UUID(int=0), 0)


async def held_for(connection: Connection, claim: str, book: str, account: str) -> int:
    """Give what stands on an account of a book for a claim, debit less credit, fen."""
    return int(await connection.fetchval(_HELD_FOR, claim, book, account))


class Found(NamedTuple):
    """A line with what its entry says; fen."""

    business_date: date
    entry: UUID
    n: int
    account: str
    side: str
    amount: int
    person: str | None
    provider: str | None
    batch: str | None
    bank_account: str | None
    bank_key: str | None
    claim: str | None
    book: str
    incurred_on: date
    template: str
    summary: str
    cause: UUID
    cause_source: str
    cause_kind: str
    corrects: UUID | None


async def lines(
    connection: Connection,
    book: str,
    accounts: tuple[str, ...],
    since: date,
    until: date,
    *,
    view: View = "booked",
    behind: Place = BEGINNING,
    limit: int,
) -> list[Found]:
    """List the lines of these accounts booked, or incurred, in a period, at most ``limit`` behind a place.

    They come by day and entry: by the day that puts them into the period.
    """
    since = max(since, behind.day)
    full: date | None = await connection.fetchval(_FULL[view], book, list(accounts), since, until, limit)
    rows = await connection.fetch(_LINES[view], book, list(accounts), since, full or until, *behind, limit)
    return _found(rows)


async def of_claim(connection: Connection, claim: str) -> list[Found]:
    """List every line that concerns a claim, in all books."""
    return _found(await connection.fetch(_CLAIM, claim))


def _found(rows: list[Any]) -> list[Found]:
    return [Found(*row) for row in rows]


OF_CLAIM = """
    ((lines[1]).claim = $1 or (cause_kind = 'VoucherApproved' and state.claims(lines) @> array[$1]))
"""
"""What an event books concerns one claim, what a voucher books may concern several: both have their index."""

_HELD_FOR = f"""
with concerned as materialized (select lines from state.entry where {OF_CLAIM} and book = $2)
select coalesce(sum(case line.side when 'D' then line.amount else -line.amount end), 0)::bigint
from concerned cross join unnest(concerned.lines) as line
where line.claim = $1 and line.account = $3
"""  # noqa: S608 - a condition of our own

_COLUMNS = """
select
    entry.business_date, entry.id, line.ordinality, line.account, line.side, line.amount, line.person, line.provider,
    line.batch, line.bank_account, line.bank_key, line.claim,
    entry.book, entry.incurred_on, entry.template, entry.summary, entry.cause, entry.cause_source, entry.cause_kind,
    entry.corrects
from {source} cross join unnest(entry.lines) with ordinality as line
"""

# the day that fills a page; of the first day, in which the page before may have ended, nobody knows what is left
_FILLED = """
select min(day) from (
    select day, sum(lines) over (order by day) as lines from (
        select business_date as day, lines from state.balance
        where book = $1 and account = any($2) and business_date > $3 and business_date <= $4
        {less}
    ) as moved
) as counted
where lines >= $5
"""

_LATE = """
union all
select business_date, -cardinality(lines) from state.entry
where book = $1 and incurred_on <> business_date and business_date > $3 and business_date <= $4
"""

# a day is reckoned at what was booked on it and incurred on it: what else was incurred on it only fills a page sooner
_FULL: dict[View, str] = {"booked": _FILLED.format(less=""), "incurred": _FILLED.format(less=_LATE)}

_PAGE = f"""
with entry as (
    select * from state.entry
    where book = $1 and ({{within}}) and cardinality(lines) <= 4
        and array[(lines[1]).account, (lines[2]).account, (lines[3]).account, (lines[4]).account] && $2::text[]
    union all
    select * from state.entry where book = $1 and ({{within}}) and cardinality(lines) > 4
)
{_COLUMNS.format(source="entry")}
where line.account = any($2) and (entry.{{day}}, entry.id, line.ordinality) > ($5, $6, $7)
order by entry.{{day}}, entry.id, line.ordinality
limit $8
"""  # noqa: S608 - columns of our own

# each half has its index: the days of the books, and what was booked on another day than its own
_INCURRED = """
incurred_on = business_date and business_date between $3 and $4
or incurred_on <> business_date and incurred_on between $3 and $4
"""

_LINES: dict[View, str] = {
    "booked": _PAGE.format(within="business_date between $3 and $4", day="business_date"),
    "incurred": _PAGE.format(within=_INCURRED, day="incurred_on"),
}

_CLAIM = f"""
{_COLUMNS.format(source="state.entry")}
where {OF_CLAIM} and line.claim = $1
order by entry.business_date, entry.book, entry.id, line.ordinality
"""
