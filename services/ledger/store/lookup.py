"""查账: the lines behind a figure, page by page, and everything that the books say of a claim."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.chassis.postgres import Connection


class Place(NamedTuple):
    """Where a page ended: the next one begins behind it."""

    day: date
    entry: UUID
    n: int


BEGINNING = Place(date.min, UUID(int=0), 0)


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
    behind: Place = BEGINNING,
    limit: int,
) -> list[Found]:
    """List the lines of these accounts booked in a period, by day and entry, at most ``limit`` behind a place."""
    rows = await connection.fetch(_LINES, book, list(accounts), since, until, *behind, limit)
    return _found(rows)


async def of_claim(connection: Connection, claim: str) -> list[Found]:
    """List every line that concerns a claim, in all books."""
    return _found(await connection.fetch(_CLAIM, claim))


def _found(rows: list[Any]) -> list[Found]:
    return [Found(*row) for row in rows]


_COLUMNS = """
select
    line.business_date, line.entry, line.n, line.account, line.side, line.amount, line.person, line.provider,
    line.batch, line.bank_account, line.bank_key, line.claim,
    entry.book, entry.incurred_on, entry.template, entry.summary, entry.cause, entry.cause_source, entry.cause_kind,
    entry.corrects
from state.line as line join state.entry as entry on entry.id = line.entry
"""

_LINES = f"""
{_COLUMNS}
where line.book = $1 and line.account = any($2) and line.business_date between $3 and $4
    and (line.business_date, line.entry, line.n) > ($5, $6, $7)
order by line.business_date, line.entry, line.n
limit $8
"""

_CLAIM = f"""
{_COLUMNS}
where line.claim = $1
order by line.business_date, line.book, line.entry, line.n
"""
