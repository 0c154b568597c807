"""The bank's side of the books in the database: accounts, statements, what was laid together, open differences."""

from collections.abc import Sequence
from datetime import date

import orjson

from contracts.bank import (
    BankAccountOpened,
    ExceptionClosed,
    ExceptionOpened,
    ExceptionProposed,
    LinesMatched,
    MatchProposed,
    OpenDifference,
    Side,
    StatementImported,
)
from contracts.envelope import Event
from services.chassis.postgres import Connection
from services.ledger.records import BankAccount, Exceptional, Item, StatementHead


async def accounts(conn: Connection) -> list[BankAccount]:
    """Give every bank account, by its code."""
    return [BankAccount(*row) for row in await conn.fetch(f"{_ACCOUNT} order by bank_account")]


async def account(conn: Connection, bank_account: str) -> BankAccount | None:
    """Give a bank account by its code."""
    row = await conn.fetchrow(f"{_ACCOUNT} where bank_account = $1", bank_account)
    return BankAccount(*row) if row else None


async def posted_accounts(conn: Connection, day: date) -> list[str]:
    """Give the codes of the bank accounts that anything was booked on up to ``day``."""
    rows = await conn.fetch("select distinct bank_account from state.book_item where day <= $1", day)
    return sorted(row[0] for row in rows)


async def statement(conn: Connection, bank_account: str, day: date) -> StatementHead | None:
    """Give the statement of an account and day, if it is in."""
    row = await conn.fetchrow(f"{_STATEMENT} where bank_account = $1 and day = $2", bank_account, day)
    return StatementHead(*row) if row else None


async def statement_before(conn: Connection, bank_account: str, day: date) -> StatementHead | None:
    """Give the last statement of an account before ``day``."""
    row = await conn.fetchrow(
        f"{_STATEMENT} where bank_account = $1 and day < $2 order by day desc limit 1", bank_account, day
    )
    return StatementHead(*row) if row else None


async def known_serials(conn: Connection, bank_account: str, serials: Sequence[tuple[str, date, int]]) -> list[str]:
    """Give those serials (with booking day and amount) that came in before with another statement."""
    if not serials:
        return []
    rows = await conn.fetch(_KNOWN_SERIALS, bank_account, *map(list, zip(*serials, strict=True)))
    return [row[0] for row in rows]


async def open_items(conn: Connection, bank_account: str, day: date) -> tuple[list[Item], list[Item]]:
    """Give what either side has up to the end of ``day`` that was not matched by then: bank, book."""
    return await _items(conn, _OPEN_BANK, bank_account, day), await _items(conn, _OPEN_BOOK, bank_account, day)


async def later_items(conn: Connection, bank_account: str, day: date) -> tuple[list[Item], list[Item]]:
    """Give what either side has after ``day``: bank, book."""
    return await _items(conn, _LATER_BANK, bank_account, day), await _items(conn, _LATER_BOOK, bank_account, day)


async def book_balance(conn: Connection, bank_account: str, day: date) -> int:
    """Give what our book holds on a bank account at the end of ``day``, fen."""
    sql = "select coalesce(sum(amount), 0)::bigint from state.book_item where bank_account = $1 and day <= $2"
    balance: int = await conn.fetchval(sql, bank_account, day)
    return balance


async def open_exceptions(conn: Connection, day: date) -> list[Exceptional]:
    """Give the differences that are open at the end of ``day``, by number."""
    return [Exceptional(*row) for row in await conn.fetch(_OPEN_EXCEPTIONS, day)]


async def proposed_exceptions(conn: Connection) -> list[Exceptional]:
    """Give the balances that somebody proposes to answer for and nobody agreed to yet, by number."""
    return [Exceptional(*row) for row in await conn.fetch(_PROPOSED_EXCEPTIONS)]


async def proposed_exception(conn: Connection, number: str) -> ExceptionProposed | None:
    """Give a proposed exception by its number, agreed to or not."""
    row = await conn.fetchrow("select * from state.exception_proposal where exception = $1", number)
    return ExceptionProposed.model_validate(dict(row)) if row else None


async def is_registered(conn: Connection, number: str) -> bool:
    """Tell whether an exception was ever opened."""
    return bool(await conn.fetchval("select exists (select from state.exception where exception = $1)", number))


async def proposal(conn: Connection, number: str) -> MatchProposed | None:
    """Give a proposed match by its number."""
    row = await conn.fetchrow("select * from state.match_proposal where proposal = $1", number)
    return MatchProposed.model_validate({**row, "match": orjson.loads(row["match"])}) if row else None


async def taken(conn: Connection, bank_account: str, side: Side, items: Sequence[str]) -> list[str]:
    """Give those items that are matched already."""
    sql = "select item from state.matched where bank_account = $1 and side = $2 and item = any($3::text[])"
    return [row[0] for row in await conn.fetch(sql, bank_account, side, list(items))]


async def fold_account(conn: Connection, event: Event, body: BankAccountOpened) -> None:
    """Take up a bank account."""
    await conn.execute(
        "insert into state.bank_account values ($1, $2, $3, $4, $5)",
        *(body.bank_account, body.book, body.account, body.number, body.since),
    )


async def fold_statement(conn: Connection, event: Event, body: StatementImported) -> None:
    """Take up a statement with its lines; what the bank held before the first one is a line of its own, number 0."""
    first = await statement_before(conn, body.bank_account, body.day) is None
    before = [(body.bank_account, body.day, 0, body.day, body.day, body.opening, None, ())]
    await conn.execute(
        "insert into state.statement values ($1, $2, $3, $4, $5, $6, $7, $8)",
        *(body.bank_account, body.day, body.number, body.format, body.file_digest),
        *(body.opening, body.closing, len(body.lines)),
    )
    await conn.copy_records_to_table(
        "bank_line",
        schema_name="state",
        records=[
            *(before if first and body.opening else ()),
            *(
                (body.bank_account, body.day, line.n, line.booked, line.value, line.amount, line.serial, line.keys)
                for line in body.lines
            ),
        ],
    )


async def fold_matches(conn: Connection, event: Event, body: LinesMatched) -> None:
    """Take up what was laid together."""
    await conn.copy_records_to_table(
        "matched",
        schema_name="state",
        records=[
            (body.bank_account, side, item, body.day, event.id, n, match.rule, body.maker, body.checker)
            for n, match in enumerate(body.matches)
            for side, items in (("bank", match.bank), ("book", match.book))
            for item in items
        ],
    )


async def fold_proposal(conn: Connection, event: Event, body: MatchProposed) -> None:
    """Take up a proposed match."""
    await conn.execute(
        "insert into state.match_proposal values ($1, $2, $3, $4, $5, $6, $7)",
        *(body.proposal, body.bank_account, body.book, body.day),
        *(body.match.model_dump_json(), body.reason, body.maker),
    )


async def fold_exception(conn: Connection, event: Event, body: ExceptionOpened) -> None:
    """Take up an open difference."""
    await conn.execute(
        "insert into state.exception values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        *_said(body),
        *(body.maker, body.checker),
    )


async def fold_proposed_exception(conn: Connection, event: Event, body: ExceptionProposed) -> None:
    """Take up that somebody proposes to answer for a balance."""
    await conn.execute(
        "insert into state.exception_proposal values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        *_said(body),
        body.maker,
    )


async def fold_closed_exception(conn: Connection, event: Event, body: ExceptionClosed) -> None:
    """Take up that a difference is gone."""
    await conn.execute(
        "insert into state.exception_closed values ($1, $2, $3, $4)", body.exception, body.day, body.how, body.reason
    )


def _said(body: OpenDifference) -> tuple[object, ...]:
    return (
        *(body.exception, body.bank_account, body.book, body.day, body.side, body.item),
        *(body.amount, body.reason, body.owner, body.expires),
    )


async def _items(conn: Connection, sql: str, bank_account: str, day: date) -> list[Item]:
    rows = await conn.fetch(sql, bank_account, day)
    return [Item(ref, at, amount, tuple(keys)) for ref, at, amount, keys in rows]


_ACCOUNT = "select bank_account, book, account, number, since from state.bank_account"

_STATEMENT = "select bank_account, day, number, file_digest, opening, closing, lines from state.statement"

_KNOWN_SERIALS = """
select line.serial
from unnest($2::text[], $3::date[], $4::bigint[]) as sent (serial, booked, amount)
join state.bank_line as line using (serial, booked, amount)
where line.bank_account = $1
order by line.serial
"""

_OPEN_BANK = """
select line.day || '/' || line.n, line.day, line.amount, line.keys
from state.bank_line as line
where line.bank_account = $1 and line.day <= $2 and not exists (
    select from state.matched as done
    where done.bank_account = $1 and done.side = 'bank' and done.item = line.day || '/' || line.n and done.day <= $2
)
order by line.day, line.n
"""

_OPEN_BOOK = """
select item.day || '/' || item.key, item.day, item.amount, array[item.key]
from state.book_item as item
where item.bank_account = $1 and item.day <= $2 and not exists (
    select from state.matched as done
    where done.bank_account = $1 and done.side = 'book' and done.item = item.day || '/' || item.key and done.day <= $2
)
order by item.day, item.key collate "C"
"""

_LATER_BANK = """
select day || '/' || n, day, amount, keys from state.bank_line
where bank_account = $1 and day > $2 order by day, n
"""

_LATER_BOOK = """
select day || '/' || key, day, amount, array[key] from state.book_item
where bank_account = $1 and day > $2 order by day, key collate "C"
"""

_OPEN_EXCEPTIONS = """
select open.exception, open.bank_account, open.book, open.day, open.side, open.item, open.amount, open.reason,
    open.owner, open.expires
from state.exception as open
left join state.exception_closed as closed using (exception)
where open.day <= $1 and (closed.day is null or closed.day > $1)
order by open.exception collate "C"
"""

_PROPOSED_EXCEPTIONS = """
select proposed.exception, proposed.bank_account, proposed.book, proposed.day, proposed.side, proposed.item,
    proposed.amount, proposed.reason, proposed.owner, proposed.expires
from state.exception_proposal as proposed
where not exists (select from state.exception as open where open.exception = proposed.exception)
order by proposed.exception collate "C"
"""
