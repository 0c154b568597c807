"""Days and seals in the database, and everything that a seal is made from."""

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from contracts.closing import (
    NO_SEAL,
    Aged,
    BookDay,
    Cut,
    DayClosed,
    DayPrepared,
    PeriodPrepared,
    TrialLine,
)
from contracts.days import DayEndCalled
from contracts.envelope import Event
from services.chassis.postgres import Connection
from services.ledger.model import Entry, Line
from services.ledger.records import CalledDay, Control, PaidEntry, Prepared, Sealed


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


async def sealed(conn: Connection, length: int) -> list[Sealed]:
    """Give the chain of seals, oldest first: ``length`` 10 is days, 7 months, 4 years."""
    rows = await conn.fetch(
        "select period, previous, hash, root, entries from state.seal where length(period) = $1 order by period", length
    )
    return [Sealed(*row) for row in rows]


async def aged(conn: Connection, day: date) -> list[Aged]:
    """账龄: give what 暂付 (1101) and 暂收 (2001) accounts hold at the end of ``day``, and since when."""
    rows = await conn.fetch(_AGED, day)
    return [Aged(book=book, account=account, balance=balance, since=since) for book, account, balance, since in rows]


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


async def cut(conn: Connection, day: date) -> list[Cut]:
    """Give the end markers of a day that are in, by source and shard."""
    rows = await conn.fetch(
        "select source, shard, seq, hash from state.marker where day = $1 order by source, shard", day
    )
    return [Cut(source=row[0], shard=row[1], seq=row[2], hash=row[3].hex()) for row in rows]


async def entries_of(conn: Connection, day: date) -> list[Entry]:
    """Give every entry that is booked on a day, with its lines; of 100,000 in about a second."""
    lines: defaultdict[UUID, list[Line]] = defaultdict(list)
    for entry, *fields in await conn.fetch(_LINES, day):
        lines[entry].append(Line._make(fields))
    return [Entry._make((*row, tuple(lines[row[0]]))) for row in await conn.fetch(_ENTRIES, day)]


async def payment_of(conn: Connection, claim: str) -> PaidEntry | None:
    """Find the entry by which a claim was paid last: the one that takes money out of a bank account."""
    row = await conn.fetchrow(_PAYMENT, claim)
    return PaidEntry(*row) if row else None


async def trial(conn: Connection, begins: date, ends: date) -> dict[str, tuple[TrialLine, ...]]:
    """Give every book's trial balance of a period: opening, movement, closing of each account, fen."""
    books: dict[str, list[TrialLine]] = {}
    for book, account, opening, debit, credit in await conn.fetch(_TRIAL, begins, ends):
        line = TrialLine(account=account, opening=opening, debit=debit, credit=credit, closing=opening + debit - credit)
        books.setdefault(book, []).append(line)
    return {book: tuple(lines) for book, lines in books.items()}


async def book_days(conn: Connection, day: date) -> list[BookDay]:
    """Give every book's part of a day, with the first voucher number that the day takes in the book's month."""
    before = await entry_counts(conn, day.replace(day=1), day)
    today = await entry_counts(conn, day, day + timedelta(days=1))
    balances = await trial(conn, day, day)
    return [
        BookDay(
            book=book,
            entries=today.get(book, 0),
            first=before.get(book, 0) + 1,
            debit=sum(line.debit for line in lines),
            credit=sum(line.credit for line in lines),
            trial=lines,
        )
        for book, lines in balances.items()
    ]


async def entry_counts(conn: Connection, begins: date, after: date) -> dict[str, int]:
    """Count the entries of every book from ``begins`` up to, not on, ``after``."""
    return {row[0]: row[1] for row in await conn.fetch(_ENTRY_COUNTS, begins, after)}


async def controls(conn: Connection, day: date) -> list[Control]:
    """Lay the control totals that the sources declared beside what was taken in here."""
    rows = await conn.fetch(_CONTROLS, day)
    return [
        Control(source, shard, kind, book, (sent, sent_fen), (taken, taken_fen))
        for source, shard, kind, book, sent, sent_fen, taken, taken_fen in rows
    ]


async def moved(conn: Connection, day: date) -> dict[tuple[str, str], int]:
    """Add up the lines of a day by book and account: debits less credits, fen."""
    return {(book, account): amount for book, account, amount in await conn.fetch(_MOVED, day)}


async def parked(conn: Connection) -> int:
    """Count the events that wait for a person."""
    count: int = await conn.fetchval("select count(*) from log.parked where state = 'parked'")
    return count


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


_ENTRIES = """
select id, book, business_date, incurred_on, template, cause, cause_source, cause_kind, n, summary, corrects
from state.entry where business_date = $1
"""

_LINES = """
select entry, account, side, amount, person, provider, batch, bank_account, bank_key, claim
from state.line where business_date = $1 order by entry, n
"""

_TRIAL = """
select
    book,
    account,
    coalesce(sum(debit - credit) filter (where business_date < $1), 0)::bigint as opening,
    coalesce(sum(debit) filter (where business_date >= $1), 0)::bigint as debit,
    coalesce(sum(credit) filter (where business_date >= $1), 0)::bigint as credit
from state.balance
where business_date <= $2
group by book, account
order by book, account collate "C"
"""

_ENTRY_COUNTS = """
select book, count(*) from state.entry where business_date >= $1 and business_date < $2 group by book
"""

_CONTROLS = """
with declared as (
    select marker.source, marker.shard, total.kind, total.book, total.count, total.amount
    from state.marker, jsonb_to_recordset(marker.totals) as total (kind text, book text, count bigint, amount bigint)
    where marker.day = $1
    union all
    select 'ledger', shard, kind, book, count, amount
    from log.control
    where business_date = $1 and kind = 'VoucherApproved'
), applied as (
    select source, shard, kind, book, count, amount from state.posted_control where day = $1
)
select
    source, shard, kind, book,
    coalesce(declared.count, 0), coalesce(declared.amount, 0),
    coalesce(applied.count, 0), coalesce(applied.amount, 0)
from declared full join applied using (source, shard, kind, book)
order by source, shard, kind, book
"""

_MOVED = """
select book, account, sum(case side when 'D' then amount else -amount end)::bigint
from state.line where business_date = $1 group by book, account
"""

_AGED = """
with running as (
    select book, account, business_date,
        sum(debit - credit) over (partition by book, account order by business_date)::bigint as balance
    from state.balance
    where business_date <= $1 and account similar to '(1101|2001)%'
), last_zero as (
    select book, account, max(business_date) filter (where balance = 0) as day from running group by book, account
)
select running.book, running.account,
    (array_agg(running.balance order by running.business_date desc))[1],
    min(running.business_date)
from running join last_zero using (book, account)
where running.business_date > coalesce(last_zero.day, '-infinity')
group by running.book, running.account
order by running.book, running.account collate "C"
"""

_PAYMENT = """
select entry, business_date from state.line
where claim = $1 and bank_account is not null and side = 'C' and amount > 0
order by business_date desc, entry
limit 1
"""
