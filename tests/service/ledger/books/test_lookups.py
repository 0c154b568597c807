"""查账: what stands on an account comes page by page, each line once, and a claim is found wherever it is named."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from services.ledger.chart import load_chart
from services.ledger.model import Entry, Line
from services.ledger.store import entries
from tests.service.ledger.books.conftest import FIRST_DAY, Ledger
from tests.unit.ledger.books import given

DAYS = tuple(FIRST_DAY + timedelta(n) for n in range(3))
DEBIT, CREDIT = Line("1003", "D", 500), Line("4201", "C", 500)


def entry(day: date, *lines: Line) -> Entry:
    """A voucher of these lines."""
    return Entry(uuid4(), given.BOOK, day, day, "FREE", uuid4(), "ledger", "VoucherApproved", 0, "利息", None, lines)


async def book(ledger: Ledger, *new: Entry) -> None:
    async with ledger.log.pool.acquire() as connection, connection.transaction():
        await entries.write(connection, new, load_chart().family)


async def pages(ledger: Ledger, account: str, limit: int) -> list[list[Any]]:
    """Turn the pages of an account's ledger to the last one."""
    found, place = [], {}
    while True:
        answer = await ledger.get(
            f"/books/{given.BOOK}/accounts/{account}/ledger", since=DAYS[0], until=DAYS[-1], limit=limit, **place
        )
        page = answer.json()
        found.append(page["lines"])
        if page["next"] is None:
            return found
        place = {"behind": page["next"]}


async def test_page_by_page_every_line_of_an_account_comes_once_in_the_order_of_days(ledger: Ledger) -> None:
    await book(ledger, *(entry(day, DEBIT, DEBIT, CREDIT, CREDIT) for day in DAYS for _ in range(3)))

    found = await pages(ledger, "4201", 4)

    assert [len(page) for page in found] == [4, 4, 4, 4, 2]
    lines = [(line["business_date"], line["entry"], line["n"]) for page in found for line in page]
    assert lines == sorted(set(lines))


async def test_an_entry_of_many_lines_is_found_by_the_account_of_its_last_line(ledger: Ledger) -> None:
    last = Line("4101-按标准", "C", 2_500)
    await book(ledger, entry(DAYS[1], *[DEBIT] * 5, last), entry(DAYS[1], DEBIT, CREDIT))

    (page,) = await pages(ledger, "4101-按标准", 10)

    assert [(line["n"], line["amount"]) for line in page] == [(6, 2_500)]


async def test_a_claim_that_only_the_last_line_of_a_voucher_names_is_found(ledger: Ledger) -> None:
    await book(ledger, entry(DAYS[0], DEBIT._replace(claim="C1"), CREDIT._replace(claim="C2")))

    found = (await ledger.get("/claims/C2/lines")).json()["lines"]

    assert [(line["n"], line["claim"]) for line in found] == [(2, "C2")]
