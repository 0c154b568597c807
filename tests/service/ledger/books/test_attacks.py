"""The published attack list: what nobody can do to the books, whatever code they run. Every attempt is refused."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.chassis.postgres import Connection
from services.ledger.chart import load_chart
from services.ledger.decide.post import post
from services.ledger.model import Entry, Line
from services.ledger.store import entries
from tests.service.ledger.books.conftest import FIRST_DAY, Ledger
from tests.unit.ledger.books import given

REFUSALS = (asyncpg.IntegrityConstraintViolationError, asyncpg.InsufficientPrivilegeError)
GIVE_UP = (
    "insert into state.given_up (source, shard, seq, day, kind, maker, checker, body)"
    " values ('payment', 0, 9, '2017-03-01', 'PaymentConfirmed', 'li.si', '{checker}', '')"
)
VOUCHER = (
    "insert into state.voucher (voucher, book, template, status, maker, proposed, content)"
    " values ('V{}', '340706-390', 'T25', '{}', 'li.si', '2017-03-01', '{{}}')"
)
APPROVED = (
    "update state.voucher set status = 'approved', checker = 'zhao.liu', decided = proposed, event = gen_random_uuid()"
)
NET = "select account, (debit - credit)::int from state.balance order by account"

Attack = Callable[[Connection], Awaitable[Any]]

CHART = load_chart()
(OLD,) = post(given.event(given.contribution()), CHART)
YESTERDAY = FIRST_DAY - timedelta(days=1)
TOMORROW = FIRST_DAY + timedelta(days=1)

DEBIT = Line("1003", "D", 500)
CREDIT = Line("4201", "C", 500)


def entry(*lines: Line, **changes: Any) -> Entry:
    """Interest of five yuan, booked by an event that nobody knows yet."""
    lines = lines or (DEBIT, CREDIT)
    cause = uuid4()
    plain = Entry(uuid4(), given.BOOK, FIRST_DAY, FIRST_DAY, "T25", cause, "ledger", "X", 0, "利息", None, lines)
    return plain._replace(**changes)


def writing(*new: Entry) -> Attack:
    async def attack(connection: Connection) -> None:
        await entries.write(connection, new, CHART.family)

    return attack


def running(sql: str, *arguments: object) -> Attack:
    async def attack(connection: Connection) -> None:
        await connection.execute(sql, *arguments)

    return attack


def laying(*lines: str | None, shape: str = "{}") -> Attack:
    """Write an entry of these lines, whatever they say: account, side, amount."""

    async def attack(connection: Connection) -> None:
        texts = [text and f"({text},,,,,,)" for text in lines]
        array = shape.format("$12::text[]::state.entry_line[]")
        await connection.execute(
            f"insert into state.entry values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, {array})",
            *entry()[:-1],
            texts,
        )

    return attack


async def pretending_to_rebuild(connection: Connection) -> None:
    await connection.execute("set application_name = 'ledger-rebuild'")
    await entries.write(connection, [entry(business_date=YESTERDAY)], CHART.family)


def red(*lines: Line, **changes: Any) -> Entry:
    return entry(*lines, **{"template": "RED", "corrects": OLD.id} | changes)


MIRROR = tuple(line._replace(amount=-line.amount) for line in OLD.lines)

ATTACKS: dict[str, Attack] = {
    "an entry that does not balance": writing(entry(DEBIT, Line("4201", "C", 499))),
    "two entries that balance only together": writing(
        entry(DEBIT, Line("4201", "C", 499)), entry(DEBIT, Line("4201", "C", 501))
    ),
    "an entry of no lines": laying(),
    "an entry whose lines are unknown": laying(shape="nullif({}, '{{}}')"),
    "an entry of one line": laying("1003,D,500"),
    "an entry with a hole among its lines": laying("1003,D,500", None, "4201,C,500"),
    "an entry of nothing but holes": laying(None, None),
    "lines numbered from zero": laying(
        "1003,D,500", "4201,C,500", shape="('[0:1]=' || ({})::text)::state.entry_line[]"
    ),
    "lines in rows and columns": laying("1003,D,500", "4201,C,500", shape="array[{0}, {0}]"),
    "a line without an account": laying(",D,500", "4201,C,500"),
    "a line without a side": laying("1003,,500", "1003,D,500", "4201,C,500"),
    "a line without an amount": laying("1003,D,", "1003,D,500", "4201,C,500"),
    "a line appended to an old entry": running("update state.entry set lines = lines || lines[1]"),
    "a line taken out of an old entry": running("update state.entry set lines = lines[2:]"),
    "an entry put into another book": running("update state.entry set book = '340706-390-memo'"),
    "an entry put on another day": running("update state.entry set business_date = business_date + 1"),
    "an entry on a sealed day": writing(entry(business_date=YESTERDAY)),
    "an entry before a sealed day": writing(entry(business_date=YESTERDAY - timedelta(days=7))),
    "an entry on a day that is not open yet": writing(entry(business_date=TOMORROW)),
    "one such entry among others": writing(entry(), entry(business_date=TOMORROW)),
    "an account that the chart does not have": writing(entry(DEBIT, Line("4999", "C", 500))),
    "an account of another kind of book": writing(entry(DEBIT, Line("4401", "C", 500))),
    "a heading": writing(entry(DEBIT, Line("4101", "C", 500))),
    "an amount of zero": laying("1003,D,0", "4201,C,0"),
    "a side that is none": laying("1003,X,5", "1003,D,500", "4201,C,500"),
    "the same entry twice": writing(OLD),
    "a second entry for the same cause": writing(OLD._replace(id=uuid4())),
    "a red line on the wrong side": writing(entry(Line("4201", "D", -500), Line("1003", "D", 500))),
    "a correction of nothing": writing(red(*MIRROR, corrects=uuid4())),
    "a correction of another book's entry": writing(
        red(Line("M应付待遇", "D", -15_000), Line("M在途", "C", -15_000), book="340706-390-memo")
    ),
    "a correction that is not the mirror": writing(red(*(line._replace(amount=line.amount + 1) for line in MIRROR))),
    "a correction about another claim": writing(red(*(line._replace(claim="C9") for line in MIRROR))),
    "a correction under another key of the bank": writing(red(*(line._replace(bank_key="K9") for line in MIRROR))),
    "a correction that is not red": writing(red(*OLD.lines)),
    "a second correction of one entry": writing(red(*MIRROR), red(*MIRROR)),
    "update of an entry": running("update state.entry set summary = 'x'"),
    "a line that comes by itself": running("insert into state.line (account) values ('1003')"),
    "update of a line": running("update state.line set amount = 1"),
    "delete of a line": running("delete from state.line"),
    "delete of an entry": running("delete from state.entry"),
    "truncate of the entries": running("truncate state.entry"),
    "update of a balance": running("update state.balance set debit = 0"),
    "a balance made by hand": running("insert into state.balance values ('340706-390', '1003', '2017-03-01', 1, 1)"),
    "delete of a balance": running("delete from state.balance"),
    "truncate of the balances": running("truncate state.balance"),
    "opening a sealed day again": running("delete from state.sealed"),
    "a decided voucher proposed again": running(
        "update state.voucher set status = 'proposed', checker = null, decided = null, event = null"
    ),
    "a decided voucher decided again": running("update state.voucher set event = gen_random_uuid()"),
    "a voucher that nobody proposed": running(VOUCHER.format(2, "approved")),
    "a voucher approved by its maker": running(
        f"{VOUCHER.format(3, 'proposed')}; update state.voucher set status = 'approved', checker = maker,"
        " decided = proposed, event = gen_random_uuid() where voucher = 'V3'"
    ),
    "another voucher than was proposed": running(
        f"{VOUCHER.format(4, 'proposed')}; update state.voucher set content = '[]' where voucher = 'V4'"
    ),
    "delete of a voucher": running("delete from state.voucher"),
    "truncate of the vouchers": running("truncate state.voucher"),
    "an event given up by one person": running(GIVE_UP.format(checker="li.si")),
    "an event given up twice": running(f"{GIVE_UP}; {GIVE_UP}".format(checker="zhao.liu")),
    "update of what was given up": running("update state.given_up set amount = 0"),
    "delete of what was given up": running("delete from state.given_up"),
    "truncate of what was given up": running("truncate state.given_up"),
}

AS_SERVICE: dict[str, Attack] = ATTACKS | {
    "the replica role, in which triggers sleep": running("set session_replication_role = replica"),
    "a disabled trigger": running("alter table state.entry disable trigger check_entries"),
    "all triggers disabled": running("alter table state.entry disable trigger all"),
    "a dropped trigger": running("drop trigger check_entries on state.entry"),
    "a replaced check": running(
        "create or replace function state.check_entries() returns trigger language plpgsql as 'begin return null; end'"
    ),
    "a rebuild by the service": pretending_to_rebuild,
}


async def attempt(url: str, attack: Attack) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await attack(connection)
    finally:
        await connection.close()


async def books(ledger: Ledger) -> list[list[tuple[Any, ...]]]:
    tables = ("entry", "balance", "sealed", "given_up", "voucher")
    return [sorted(map(tuple, await ledger.as_owner(f"table state.{name}")), key=str) for name in tables]


async def sealed_with_one_entry(ledger: Ledger) -> None:
    await ledger.fetch("insert into state.sealed (day) values ($1)", YESTERDAY)
    await ledger.take("enrollment", given.event(given.contribution()))
    await ledger.fetch("insert into state.book values ('340706-390-memo', 'memo')")
    await ledger.fetch(VOUCHER.format(1, "proposed"))
    await ledger.fetch(APPROVED)


async def survivors(url: str, attacks: dict[str, Attack]) -> list[str]:
    """Try them all; list those that the database let through, or stopped for a reason that is not ours."""
    found = []
    for name, attack in attacks.items():
        try:
            await attempt(url, attack)
            found.append(name)
        except REFUSALS:
            pass
        except asyncpg.PostgresError as other:
            found.append(f"{name}: {other!r}")
    return found


async def test_every_attack_of_the_service_is_refused(ledger: Ledger) -> None:
    await sealed_with_one_entry(ledger)
    before = await books(ledger)

    assert await survivors(ledger.database.url, AS_SERVICE) == []
    assert await books(ledger) == before


async def test_every_attack_of_the_owner_is_refused(ledger: Ledger) -> None:
    await sealed_with_one_entry(ledger)
    before = await books(ledger)

    assert await survivors(ledger.database.migration_url, ATTACKS) == []
    assert await books(ledger) == before


async def test_the_attackers_plain_entry_is_welcome(ledger: Ledger) -> None:
    await sealed_with_one_entry(ledger)

    await attempt(ledger.database.url, laying("1003,D,500", "4201,C,500"))
    await attempt(ledger.database.url, writing(red(*MIRROR)))

    assert [tuple(one) for one in await ledger.fetch(NET)] == [
        ("1002", 0),
        ("1003", 500),
        ("4001-个人缴费", 0),
        ("4201", -500),
    ]


async def test_the_replica_role_does_not_put_the_checks_to_sleep(ledger: Ledger, postgres: str) -> None:
    administrator = ledger.database.migration_url.split("@")[1].split("/")[1]
    url = postgres.rsplit("/", 1)[0] + "/" + administrator

    async def attack(connection: Connection) -> None:
        await connection.execute("set local session_replication_role = replica")
        await writing(entry(DEBIT, Line("4201", "C", 499)))(connection)

    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await attempt(url, attack)
