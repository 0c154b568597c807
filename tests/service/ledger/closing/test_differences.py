"""What one side has alone keeps a day open, until it is explained or carried as an exception."""

import asyncio
from datetime import timedelta
from io import BytesIO

import openpyxl
from pypdf import PdfReader

from tests.service.ledger.closing.given import (
    DAY1,
    DAY2,
    DAY3,
    IN,
    MAKER,
    a_line_that_only_the_bank_has,
    codes,
    contribution,
    register,
)


async def test_a_line_that_only_the_bank_has_keeps_the_day_open(office):
    await a_line_that_only_the_bank_has(office)
    missing = (await office.prepare(DAY1))["missing"]
    assert [(one["code"], one["field"]) for one in missing] == [("UNMATCHED", f"bank:{IN}:{DAY1}/1")]


async def test_a_reasoned_exception_is_carried_open_into_the_seal(office):
    await a_line_that_only_the_bank_has(office)
    await register(office)
    sealed = await office.close(DAY1)
    (carried,) = sealed["exceptions"]
    assert (carried["amount"], carried["owner"], sealed["banks"][0]["bank_only"]) == (15_000, "sun.chuna", 15_000)


async def test_a_contribution_dated_in_a_sealed_day_is_booked_on_the_open_day_and_closes_its_exception(office):
    await a_line_that_only_the_bank_has(office)
    await register(office)
    await office.close(DAY1)
    await office.receive("enrollment", DAY2, contribution(1, value_date=DAY1))
    await office.end(DAY2, DAY3)
    await office.markers(DAY2, DAY3)
    await office.statement(IN, DAY2, 15_000)
    sealed = await office.close(DAY2)
    assert (sealed["exceptions"], sealed["banks"][0]["bank_only"], sealed["banks"][0]["difference"]) == ([], 0, 0)


async def test_the_table_of_a_sealed_day_stays_as_it_was_after_a_later_match(office):
    await a_line_that_only_the_bank_has(office)
    await register(office)
    await office.close(DAY1)
    before = (await office.get(f"/reconciliations/{IN}/{DAY1}")).json()
    await office.receive("enrollment", DAY2, contribution(1, value_date=DAY1))
    await office.end(DAY2, DAY3)
    await office.markers(DAY2, DAY3)
    await office.statement(IN, DAY2, 15_000)
    await office.close(DAY2)
    after = (await office.get(f"/reconciliations/{IN}/{DAY1}")).json()
    assert (before["bank_only"], before["difference"]) == (after["bank_only"], after["difference"]) == (15_000, 0)


async def test_a_timing_item_that_the_next_day_shows_under_the_same_key_needs_no_exception(office):
    await office.open_accounts(IN)
    await office.receive("enrollment", DAY1, contribution(1))
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(IN, DAY1, 0)
    await office.statement(IN, DAY2, 0, ("S1", 15_000, "SK-0301"))
    await office.close(DAY1)
    table = (await office.get(f"/reconciliations/{IN}/{DAY1}")).json()
    assert (table["book_only"], table["difference"], table["timing"][0]["explained"]) == (15_000, 0, str(DAY2))


async def test_the_table_is_printed_in_chinese_with_each_item_that_one_side_has_alone(office):
    await a_line_that_only_the_bank_has(office)
    number = (await register(office)).json()["exception"]
    answer = await office.get(f"/reconciliations/{IN}/{DAY1}?form=pdf")
    page = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    said = ("银行存款余额调节表", IN, "银行已记、我方未记", f"{DAY1}/1", "150.00", number, "相符")
    assert [words for words in said if words not in page] == []


async def test_the_table_is_a_workbook_whose_two_sides_come_to_the_same(office):
    await a_line_that_only_the_bank_has(office)
    answer = await office.get(f"/reconciliations/{IN}/{DAY1}?form=xlsx")
    rows = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    figures = {row[0]: row[2:] for row in rows if row[2] is not None}
    assert (figures["调节后银行余额"][0], figures["调节后账面余额"][0]) == (150, 150)
    assert figures[f"加：银行已记、我方未记 {DAY1}/1"] == (150, "未说明")


async def test_an_exception_that_has_expired_keeps_the_day_open(office):
    await a_line_that_only_the_bank_has(office)
    await register(office, expires=DAY1)
    await office.close(DAY1)
    await office.end(DAY2, DAY3)
    await office.markers(DAY2, DAY3)
    await office.statement(IN, DAY2, 15_000)
    assert [one["code"] for one in (await office.prepare(DAY2))["missing"]] == ["EXCEPTION_EXPIRED"]


async def test_an_exception_for_what_is_not_open_is_refused(office):
    await a_line_that_only_the_bank_has(office)
    assert await codes(await register(office, item=f"{DAY1}/7")) == ["NOT_OPEN"]


async def test_an_exception_for_a_balance_that_nobody_has_is_refused(office):
    await a_line_that_only_the_bank_has(office)
    assert await codes(await register(office, side="balance", item="9999")) == ["NOT_OPEN"]


async def test_an_exception_names_the_book_of_its_account(office):
    await a_line_that_only_the_bank_has(office)
    assert await codes(await register(office, book="340706-610")) == ["OTHER_BOOK"]


async def test_an_open_difference_is_registered_once(office):
    await a_line_that_only_the_bank_has(office)
    first = (await register(office)).json()["exception"]
    again = await register(office)
    assert (again.status_code, await codes(again)) == (409, ["ALREADY_OPEN"])
    await office.post(f"/exceptions/{first}/close", {"reason": "重新登记"}, "accountant", MAKER)
    assert (await register(office)).status_code == 201


async def test_an_open_difference_is_withdrawn_once(office):
    await a_line_that_only_the_bank_has(office)
    path = f"/exceptions/{(await register(office)).json()['exception']}/close"
    both = [office.post(path, {"reason": "对方已记"}, "accountant", MAKER) for _ in range(2)]
    assert sorted(answer.status_code for answer in await asyncio.gather(*both)) == [201, 404]


async def test_a_line_of_the_bank_is_open_on_the_day_at_hand(office):
    await a_line_that_only_the_bank_has(office)
    assert await codes(await register(office, day=DAY1 - timedelta(days=1))) == ["OTHER_DAY"]
