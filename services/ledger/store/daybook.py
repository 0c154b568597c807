"""What a seal is made from, as the database adds it up: a day's entries, balances, controls and markers."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from contracts.closing import Aged, BookDay, Cut, TrialLine
from contracts.topics import Service
from services.chassis.postgres import Connection
from services.ledger.records import Control, PaidEntry
from services.ledger.store.lookup import OF_CLAIM


async def cut(conn: Connection, day: date) -> list[Cut]:
    """Give the end markers of a day that are in, by source and shard."""
    rows = await conn.fetch(
        "select source, shard, seq, hash from state.marker where day = $1 order by source, shard", day
    )
    return [Cut(source=row[0], shard=row[1], seq=row[2], hash=row[3].hex()) for row in rows]


async def entry_texts(conn: Connection, day: date) -> list[bytes]:
    """Write every entry of a day down, in voucher order: ``entry_bytes(entry)``, made by the database.

    It gives the same bytes as Python does, in a fraction of the time that reading the entries would take.
    """
    await conn.execute("set local work_mem = '128MB'")
    return [row[0] for row in await conn.fetch(_ENTRY_TEXTS, day)]


async def line_count(conn: Connection, day: date) -> int:
    """Count the lines of a day's entries."""
    count: int = await conn.fetchval(_LINE_COUNT, day)
    return count


async def controls(conn: Connection, day: date) -> list[Control]:
    """Lay the control totals that the sources declared beside what was booked, or given up, here."""
    rows = await conn.fetch(_CONTROLS, day)
    return [
        Control(source, shard, kind, book, (sent, sent_fen), (taken, taken_fen))
        for source, shard, kind, book, sent, sent_fen, taken, taken_fen in rows
    ]


async def moved(conn: Connection, day: date) -> dict[tuple[str, str], int]:
    """Add up the lines of a day by book and account: debits less credits, fen."""
    return {(book, account): amount for book, account, amount in await conn.fetch(_MOVED, day)}


async def unbalanced(conn: Connection, day: date) -> list[tuple[str, UUID, int]]:
    """Give the entries of a day whose debits and credits differ: book, entry, fen."""
    return [(book, entry, left) for book, entry, left in await conn.fetch(_UNBALANCED, day)]


async def unpaired(conn: Connection, day: date, accounts: Sequence[str]) -> list[tuple[str, UUID, int]]:
    """I-D: give the causes that moved these accounts in several funds and not to zero: a book, the cause, fen."""
    return [(book, cause, left) for book, cause, left in await conn.fetch(_UNPAIRED, day, list(accounts))]


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


async def trial(conn: Connection, begins: date, ends: date) -> dict[str, tuple[TrialLine, ...]]:
    """Give every book's trial balance of a period: opening, movement, closing of each account, fen."""
    books: dict[str, list[TrialLine]] = {}
    for book, account, opening, debit, credit in await conn.fetch(_TRIAL, begins, ends):
        line = TrialLine(account=account, opening=opening, debit=debit, credit=credit, closing=opening + debit - credit)
        books.setdefault(book, []).append(line)
    return {book: tuple(lines) for book, lines in books.items()}


async def entry_counts(conn: Connection, begins: date, after: date) -> dict[str, int]:
    """Count the entries of every book from ``begins`` up to, not on, ``after``."""
    return {row[0]: row[1] for row in await conn.fetch(_ENTRY_COUNTS, begins, after)}


async def aged(conn: Connection, day: date) -> list[Aged]:
    """账龄: give what 暂付 (1101) and 暂收 (2001) accounts hold at the end of ``day``, and since when."""
    rows = await conn.fetch(_AGED, day)
    return [Aged(book=book, account=account, balance=balance, since=since) for book, account, balance, since in rows]


async def parked(conn: Connection) -> int:
    """Count the events that wait for a person."""
    count: int = await conn.fetchval("select count(*) from log.parked where state = 'parked'")
    return count


async def parked_elsewhere(conn: Connection, day: date) -> dict[Service, int]:
    """Count what each source had parked when it ended the day."""
    rows = await conn.fetch("select source, max(parked) from state.marker where day = $1 group by source", day)
    return {source: count for source, count in rows if count}


async def payment_of(conn: Connection, claim: str) -> PaidEntry | None:
    """Find the entry by which a claim was paid last: the one that takes money out of a bank account."""
    row = await conn.fetchrow(_PAYMENT, claim)
    return PaidEntry(*row) if row else None


_ENTRY_TEXTS = r"""
select convert_to(
    '{"book":"' || entry.book
    || '","business_date":"' || entry.business_date || '","cause":"' || entry.cause
    || '","cause_kind":"' || entry.cause_kind || '","cause_source":"' || entry.cause_source
    || coalesce('","corrects":"' || entry.corrects, '')
    || '","id":"' || entry.id || '","incurred_on":"' || entry.incurred_on
    || '","lines":[' || (
        select string_agg(
            '{"account":"' || account || '","amount":' || amount
            || coalesce(',"bank_account":"' || bank_account || '"', '')
            || coalesce(',"bank_key":"' || bank_key || '"', '')
            || coalesce(',"batch":"' || batch || '"', '')
            || coalesce(',"claim":"' || claim || '"', '')
            || coalesce(',"person":"' || person || '"', '')
            || coalesce(',"provider":"' || provider || '"', '')
            || ',"side":"' || side || '"}', ',' order by ordinality)
        from unnest(entry.lines) with ordinality
    ) || '],"n":' || entry.n
    || ',"summary":' || to_json(entry.summary) || ',"template":"' || entry.template || '"}', 'UTF8')
from state.entry as entry
where entry.business_date = $1
order by entry.book collate "C", entry.template collate "C", entry.id
"""
"""Only the summary is free text and needs escaping; the rest are codes, and accounts of the chart."""

_LINE_COUNT = "select coalesce(sum(cardinality(lines)), 0)::bigint from state.entry where business_date = $1"

# an entry holds its lines: to add them up entry by entry takes a third of the time of grouping all lines again
_UNBALANCED = """
select entry.book, entry.id, moved.balance
from state.entry as entry cross join lateral (
    select sum(case side when 'D' then amount else -amount end)::bigint as balance from unnest(entry.lines)
) as moved
where entry.business_date = $1 and moved.balance <> 0
order by entry.book, entry.id
"""

# nearly every entry has four lines at most, and touches none of these accounts
_UNPAIRED = """
select min(entry.book), entry.cause, sum(case line.side when 'D' then line.amount else -line.amount end)::bigint
from state.entry as entry cross join unnest(entry.lines) as line
where entry.business_date = $1 and line.account = any($2::text[]) and (
    array[(lines[1]).account, (lines[2]).account, (lines[3]).account, (lines[4]).account] && $2::text[]
    or cardinality(entry.lines) > 4
)
group by entry.cause
having sum(case line.side when 'D' then line.amount else -line.amount end) <> 0 and (
    select count(distinct other.book) from state.entry as other
    where other.cause = entry.cause and other.business_date = $1 and other.book not like '%-memo'
) > 1
order by 1, 2
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
    select source, shard, kind, book, sum(count)::bigint as count, sum(amount)::bigint as amount
    from (
        select source, shard, kind, book, count, amount from state.posted_control where day = $1
        union all
        select source, shard, kind, book, 1, amount from state.given_up where day = $1 and book is not null
    ) as accounted
    group by source, shard, kind, book
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

_PAYMENT = f"""
with concerned as materialized (select id, business_date, lines from state.entry where {OF_CLAIM})
select concerned.id, concerned.business_date
from concerned cross join unnest(concerned.lines) as line
where line.claim = $1 and line.bank_account is not null and line.side = 'C' and line.amount > 0
order by concerned.business_date desc, concerned.id
limit 1
"""  # noqa: S608 - a condition of our own
