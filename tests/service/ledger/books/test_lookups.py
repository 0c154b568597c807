"""查账: what stands on an account comes page by page, each line once, and a claim is found wherever it is named."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.ledger.chart import load_chart
from services.ledger.model import Entry, Line
from services.ledger.store import entries
from tests.service.ledger.books.conftest import FIRST_DAY, Ledger
from tests.service.ledger.books.test_vouchers import SUBSIDY, proposed
from tests.unit.ledger.books import given

DAYS = tuple(FIRST_DAY + timedelta(n) for n in range(3))
DEBIT, CREDIT = Line("1003", "D", 500), Line("4201", "C", 500)


def entry(day: date, *lines: Line, incurred: date | None = None) -> Entry:
    """A voucher of these lines, of another day where one is named."""
    days = (day, incurred or day)
    return Entry(uuid4(), given.BOOK, *days, "FREE", uuid4(), "ledger", "VoucherApproved", 0, "利息", None, lines)


async def book(ledger: Ledger, *new: Entry) -> None:
    await ledger.roll_to(max(FIRST_DAY, *(one.business_date for one in new)))
    async with ledger.log.pool.acquire() as connection, connection.transaction():
        await entries.write(connection, new, load_chart().family)


async def pages(ledger: Ledger, account: str, limit: int) -> list[list[Any]]:
    """Turn the pages of an account's ledger to the last one."""
    return await turned(ledger, f"accounts/{account}/ledger", since=DAYS[0], until=DAYS[-1], limit=limit)


async def turned(ledger: Ledger, what: str, **query: Any) -> list[list[Any]]:
    found, place = [], {}
    while True:
        page = (await ledger.get(f"/books/{given.BOOK}/{what}", **query, **place)).json()
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


async def test_page_by_page_every_line_of_a_cell_as_incurred_comes_once_in_the_order_of_its_days(
    ledger: Ledger,
) -> None:
    on_time = [entry(day, DEBIT, CREDIT) for day in (DAYS[0], DAYS[2]) for _ in range(3)]
    late = [entry(DAYS[0], DEBIT, CREDIT, incurred=DAYS[2]), entry(DAYS[2], DEBIT, CREDIT, incurred=DAYS[0])]
    late += [entry(DAYS[1], *[DEBIT, CREDIT] * 3, incurred=DAYS[0] - timedelta(1)) for _ in range(2)]
    late += [entry(DAYS[2] + timedelta(1), DEBIT, CREDIT, incurred=DAYS[1])]
    await book(ledger, *on_time, *late)

    cell = "statements/income_expense/lines/3"
    found = await turned(ledger, cell, since=DAYS[0], until=DAYS[-1], view="incurred", limit=6)

    lines = [(line["incurred_on"], line["entry"], line["n"]) for page in found for line in page]
    assert lines == sorted(set(lines))
    assert {one for _, one, _ in lines} == {str(one.id) for one in [*on_time, *late] if one.incurred_on in DAYS}


async def test_an_entry_of_many_lines_is_found_by_the_account_of_its_last_line(ledger: Ledger) -> None:
    last = Line("4101-按标准", "C", 2_500)
    await book(ledger, entry(DAYS[1], *[DEBIT] * 5, last), entry(DAYS[1], DEBIT, CREDIT))

    (page,) = await pages(ledger, "4101-按标准", 10)

    assert [(line["n"], line["amount"]) for line in page] == [(6, 2_500)]


async def test_a_claim_that_only_the_last_line_of_a_voucher_names_is_found(ledger: Ledger) -> None:
    await book(ledger, entry(DAYS[0], DEBIT._replace(claim="C1"), CREDIT._replace(claim="C2")))

    found = (await ledger.get("/claims/C2/lines")).json()["lines"]

    assert [(line["n"], line["claim"]) for line in found] == [(2, "C2")]


@pytest.mark.parametrize("after", ["rubbish", "'; --", f"{given.BOOK}-V20170301", "x" * 10_000])
async def test_a_list_behind_what_is_no_number_of_a_voucher_is_refused(ledger: Ledger, after: str) -> None:
    answer = await ledger.get("/vouchers", after=after)

    assert (answer.status_code, answer.json()["field"]) == (422, "after")


async def test_the_vouchers_are_listed_behind_the_number_of_any(ledger: Ledger) -> None:
    numbers = [await proposed(ledger, SUBSIDY | {"amount": amount}) for amount in (1, 2)]
    await ledger.take("enrollment", given.event(given.contribution()))
    numbers = sorted([*numbers, *(await ledger.post(f"/books/{given.BOOK}/year-ends/2017", {})).json()["vouchers"]])

    pages = [(await ledger.get("/vouchers", after=number, limit=1)).json()["vouchers"] for number in numbers]

    assert [one["voucher"] for page in pages for one in page] == numbers[1:]


async def test_the_templates_that_can_be_booked_by_hand_are_listed(ledger: Ledger) -> None:
    listed = (await ledger.get("/templates")).json()["templates"]
    assert "T21" in {one["template"] for one in listed}
