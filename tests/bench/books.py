"""The books alone: posting against the bare COPY, one hot account, a large day sealed, a month's statement."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from random import Random
from uuid import UUID

import httpx

from deploy import databases
from services.chassis import log, postgres
from services.chassis.http import build_app
from services.chassis.postgres import Pool
from services.chassis.progress import Progress
from services.chassis.service import Runtime
from services.chassis.settings import Settings
from services.chassis.unit import Log
from services.cli.agency import Agency
from services.ledger.__main__ import SERVICE
from services.ledger.model import Entry, Line
from services.ledger.publishing import publish
from services.ledger.reading import newest_chart
from services.ledger.store import entries
from tests.service.ledger.closing.given import BOOK, DAY1, DAY2, IN, Office, contribution

BATCH = 1_000
CHUNK = 20
"""Batches that are drawn up before the clock runs."""
WRITERS = 3
"""As many as the ledger has sources, which it takes in at once."""
BOOKS = (BOOK, "340706-610", "511300-390", "510800-310")
DAYS = tuple(DAY2 + timedelta(n) for n in range(29))
STATEMENTS = ("income_expense", "balance_sheet", "net_assets")
LOOKS = 9

Accounts = dict[str, Sequence[str]]


@asynccontextmanager
async def office(running: Agency) -> AsyncIterator[Office]:
    """Open a ledger of its own on the same database server, with its chart published and its first day open."""
    password = running.stack.postgres.password
    await databases.drop(running.stack.admin_dsn, "bench_ledger")
    fresh = await databases.create(
        running.stack.admin_dsn,
        "ledger",
        owner_password=password(databases.owner("ledger")),
        service_password=password("ledger"),
        name="bench_ledger",
    )
    await postgres.apply_migrations(fresh.migration_url, SERVICE.migrations)
    settings = Settings(
        service="ledger",
        database_url=fresh.url,
        migration_url=fresh.migration_url,
        kafka=running.stack.kafka,
        http_port=0,
        jwks_file=running.issuer.jwks_file,
        service_token_file=running.state / "keys" / "ledger.token",
        feeds=running.urls,
        first_business_day=DAY1,
        signing_key_file=running.state / "keys" / "seal.pem",
        environment="development",
    )
    pool = await postgres.open_pool(fresh.url, name="ledger")
    async with pool.acquire() as connection:
        await log.start_day(connection, DAY1)
    ledger = Log(pool, "ledger", SERVICE.evolve)
    await publish(ledger)
    progress = Progress()
    app = build_app(settings, SERVICE.routers(Runtime(settings, pool, ledger, progress)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://office", timeout=300) as client:
        yield Office(client, running.issuer, ledger, fresh, app, settings, progress)
    await pool.close()


async def seal(at: Office, wanted: int) -> dict[str, float]:
    """Book a day of ``wanted`` contributions, reconcile it with the bank, seal it; give seconds of each step."""
    await at.open_accounts(IN)
    began = time.perf_counter()
    for start in range(0, wanted, BATCH):
        bodies = [contribution(n, value_date=DAY1) for n in range(start, min(start + BATCH, wanted))]
        await at.receive("enrollment", DAY1, *bodies)
    booked = time.perf_counter()
    await at.statement(IN, DAY1, 0, ("1", 15_000 * wanted, "SK-0301"))
    await at.end(DAY1, DAY2)
    await at.markers(DAY1, DAY2)
    ended = time.perf_counter()
    prepared = await at.prepare(DAY1)
    if not prepared["ready"]:
        raise ValueError(f"the day cannot be sealed: {prepared['missing'][:3]}")
    matched = time.perf_counter()
    answer = await at.seal(DAY1, prepared["digest"])
    answer.raise_for_status()
    return {"book": booked - began, "prepare": matched - ended, "seal": time.perf_counter() - matched}


async def open_days(at: Office) -> None:
    """Open the last of the month's days: those before it have ended, and late facts may still be booked on them."""
    await at.end(DAY2, DAYS[-1])


async def accounts(at: Office) -> Accounts:
    """List the accounts of each book that no bank statement asks for."""
    async with at.log.pool.acquire() as connection:
        chart = await newest_chart(connection)
        rows = await connection.fetch("select family, account from state.account order by account")
    return {
        book: [row["account"] for row in rows if row["family"] == chart.family(book) and row["account"][0] != "1"]
        for book in BOOKS
    }


def spread(known: Accounts, wanted: int, seed: int) -> Iterator[Entry]:
    """Draw entries of two to four lines over all books and accounts, a month's days one after the other."""
    rng = Random(seed)
    for n in range(wanted):
        book = rng.choice(BOOKS)
        chosen = rng.sample(known[book], 2 + rng.randrange(3))
        yield _entry(rng, f"C{seed}-{n}", book, DAYS[n * len(DAYS) // wanted], chosen)


def hot(known: Accounts, wanted: int, seed: int) -> Iterator[Entry]:
    """Draw entries of two to four lines that all move the same accounts of one book on one day."""
    rng = Random(seed)
    for n in range(wanted):
        yield _entry(rng, f"H{seed}-{n}", BOOK, DAY2, known[BOOK][: 2 + rng.randrange(3)])


def _entry(rng: Random, claim: str, book: str, day: date, chosen: Sequence[str]) -> Entry:
    amounts = [1 + rng.randrange(1_000_000) for _ in chosen[1:]]
    person, provider = f"34070600{rng.randrange(10**6):06d}", f"H340706{rng.randrange(100):05d}"
    about = (person, provider, None, None, None, claim)
    lines = [Line(chosen[0], "D", sum(amounts), *about)]
    lines += [Line(account, "C", amount, *about) for account, amount in zip(chosen[1:], amounts, strict=True)]
    key, cause = UUID(int=rng.getrandbits(128)), UUID(int=rng.getrandbits(128))
    return Entry(
        key, book, day, day, "T12", cause, "payment", "PaymentConfirmed", 0, f"待遇支付 {claim}", None, tuple(lines)
    )


async def post(at: Office, drawn: Iterator[Entry]) -> float:
    """Post entries in batches of 1,000 with every check of the database on; give entries a second."""
    async with at.log.pool.acquire() as connection:
        family = (await newest_chart(connection)).family

    async def write(pool: Pool, batch: Sequence[Entry]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await entries.write(connection, batch, family)

    return await _timed(at.log.pool, drawn, write)


async def copy(at: Office, drawn: Iterator[Entry]) -> float:
    """Copy the same rows into a plain table without key, index, check or trigger; give entries a second."""
    await _as_owner(at, _PLAIN)

    async def write(pool: Pool, batch: Sequence[Entry]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await connection.copy_records_to_table("entry", schema_name="plain", records=batch)

    return await _timed(at.log.pool, drawn, write)


async def _timed(pool: Pool, drawn: Iterator[Entry], write: object) -> float:
    count, seconds = 0, 0.0
    while chunk := _chunk(drawn):
        batches = iter(chunk)

        async def work(queue: Iterator[Sequence[Entry]] = batches) -> None:
            for batch in queue:
                await write(pool, batch)  # type: ignore[operator]

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(WRITERS)))
        seconds += time.perf_counter() - began
        count += sum(map(len, chunk))
    return count / seconds


def _chunk(drawn: Iterator[Entry]) -> list[list[Entry]]:
    batches = ([entry for _, entry in zip(range(BATCH), drawn, strict=False)] for _ in range(CHUNK))
    return [batch for batch in batches if batch]


async def statement(at: Office) -> float:
    """Ask for each statement of the month over HTTP; give the milliseconds of the slowest (each a median of 9)."""
    medians = []
    for name in STATEMENTS:
        seconds = []
        for _ in range(LOOKS):
            began = time.perf_counter()
            answer = await at.get(f"/books/{BOOK}/statements/{name}?since={DAY1}&until={DAYS[-1]}")
            answer.raise_for_status()
            seconds.append(time.perf_counter() - began)
        medians.append(statistics.median(seconds))
    return max(medians) * 1000


async def _as_owner(at: Office, sql: str) -> None:
    connection = await postgres.connect(at.database.migration_url, name="bench")
    await connection.execute(sql)
    await connection.close()


_PLAIN = """
create schema plain;
create table plain.entry as table state.entry with no data;
grant usage on schema plain to ledger;
grant insert on plain.entry to ledger;
"""
