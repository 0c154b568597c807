"""凭证 in the database: written a batch at a time, never changed; the database checks and adds up each one."""

from collections.abc import Callable, Sequence
from uuid import UUID

from asyncpg import Record

from services.chassis.postgres import Connection
from services.ledger.model import Entry, Line


async def write(connection: Connection, entries: Sequence[Entry], family: Callable[[str], str]) -> None:
    """Copy entries in, lines and all, opening their books where they are new, in the ``family`` of each.

    The database refuses the whole batch for one entry that is unbalanced, incomplete, doubled, on a sealed day, on one
    that is not open yet or on an unknown account (asyncpg's ``IntegrityConstraintViolationError``).
    """
    if not entries:
        return
    await _open_books(connection, entries, family)
    await connection.copy_records_to_table("entry", schema_name="state", records=entries, columns=Entry._fields)


async def read(connection: Connection, entries: Sequence[UUID]) -> list[Entry]:
    """Read these entries with their lines, in the order of their ids."""
    return [_entry(row) for row in await connection.fetch(_READ, list(entries))]


async def corrected(connection: Connection, entry: UUID) -> bool:
    """Tell whether an entry is taken back already."""
    return bool(await connection.fetchval("select exists (select from state.entry where corrects = $1)", entry))


def _entry(row: Record) -> Entry:
    *head, lines = row
    return Entry._make((*head, tuple(Line(*line) for line in lines)))


async def _open_books(connection: Connection, entries: Sequence[Entry], family: Callable[[str], str]) -> None:
    books = sorted({entry.book for entry in entries})
    known = {row["book"] for row in await connection.fetch(_KNOWN_BOOKS, books)}
    new = [(book, family(book)) for book in books if book not in known]
    if new:
        await connection.executemany(_OPEN_BOOK, new)


_KNOWN_BOOKS = "select book from state.book where book = any($1)"

_OPEN_BOOK = "insert into state.book (book, family) values ($1, $2) on conflict (book) do nothing"

_READ = """
select id, book, business_date, incurred_on, template, cause, cause_source, cause_kind, n, summary, corrects, lines
from state.entry where id = any($1) order by id
"""
