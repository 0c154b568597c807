"""凭证 in the database: written a batch at a time, never changed; the database checks and adds up each one."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Record

from services.chassis.postgres import Connection
from services.ledger.model import Entry, Line

_LINE_COLUMNS = ("entry", "n", "book", "business_date", *Line._fields)
_ENTRY_COLUMNS = Entry._fields


async def write(connection: Connection, entries: Sequence[Entry], family: Callable[[str], str]) -> None:
    """Copy entries and their lines in, opening their books where they are new, in the ``family`` of each.

    The database refuses the whole batch for one entry that is unbalanced, incomplete, doubled, on a sealed day or
    on an unknown account (asyncpg's ``IntegrityConstraintViolationError``).
    """
    if not entries:
        return
    await _open_books(connection, entries, family)
    await connection.copy_records_to_table(
        "entry",
        schema_name="state",
        records=[(*entry[:-1], len(entry.lines)) for entry in entries],
        columns=_ENTRY_COLUMNS,
    )
    await connection.copy_records_to_table("line", schema_name="state", records=_lines(entries), columns=_LINE_COLUMNS)


async def read(connection: Connection, entries: Sequence[UUID]) -> list[Entry]:
    """Read these entries with their lines, in the order of their ids."""
    rows = await connection.fetch(_READ_ENTRIES, list(entries))
    lines = await connection.fetch(_READ_LINES, list(entries))
    return assemble(rows, lines)


async def corrected(connection: Connection, entry: UUID) -> bool:
    """Tell whether an entry is taken back already."""
    return bool(await connection.fetchval("select exists (select from state.entry where corrects = $1)", entry))


def assemble(entries: Iterable[Record], lines: Iterable[Record]) -> list[Entry]:
    """Put entry rows (columns of ``Entry``) and line rows (``entry`` and the columns of ``Line``) together."""
    by_entry: dict[UUID, list[Line]] = {}
    for row in lines:
        by_entry.setdefault(row["entry"], []).append(Line(*(row[name] for name in Line._fields)))
    return [
        Entry(*(*(row[name] for name in Entry._fields[:-1]), tuple(by_entry.get(row["id"], ())))) for row in entries
    ]


async def _open_books(connection: Connection, entries: Sequence[Entry], family: Callable[[str], str]) -> None:
    books = sorted({entry.book for entry in entries})
    known = {row["book"] for row in await connection.fetch(_KNOWN_BOOKS, books)}
    new = [(book, family(book)) for book in books if book not in known]
    if new:
        await connection.executemany(_OPEN_BOOK, new)


def _lines(entries: Sequence[Entry]) -> list[tuple[Any, ...]]:
    return [
        (entry.id, n, entry.book, entry.business_date, *line)
        for entry in entries
        for n, line in enumerate(entry.lines, 1)
    ]


_KNOWN_BOOKS = "select book from state.book where book = any($1)"

_OPEN_BOOK = "insert into state.book (book, family) values ($1, $2) on conflict (book) do nothing"

_READ_ENTRIES = """
select id, book, business_date, incurred_on, template, cause, cause_source, cause_kind, n, summary, corrects
from state.entry where id = any($1) order by id
"""

_READ_LINES = """
select entry, account, side, amount, person, provider, batch, bank_account, bank_key, claim
from state.line where entry = any($1) order by entry, n
"""
