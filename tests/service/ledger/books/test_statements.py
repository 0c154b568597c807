"""What the books show: statements that tie, cells that open, and both views of a late fact."""

from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import openpyxl
import orjson
import pytest
from pypdf import PdfReader

from contracts.ledger import ChartPublished, VoucherProposed
from services.ledger.chart import load_chart
from services.ledger.decide.chart import chart_from
from services.ledger.publishing import VOUCHERS_STREAM
from tests.service.ledger.books.conftest import Ledger
from tests.service.ledger.books.test_years import close_the_year
from tests.unit.ledger.books import given

MARCH = {"since": "2017-03-01", "until": "2017-03-31"}
FEBRUARY = {"since": "2017-02-01", "until": "2017-02-28"}


async def a_busy_day(ledger: Ledger) -> None:
    """1,500 yuan of contributions dated in February, 4,500 of subsidy, a paid stay of 950 and one that came back."""
    people = [given.event(given.contribution(person=f"P{n}"), f"c{n}") for n in range(10)]
    subsidy = given.contribution(channel="fiscal", payer="subsidy", amount=450_000, value_date=given.DAY)
    await ledger.take("enrollment", *people, given.event(subsidy, "s"))
    back = given.payment_line(given.split(2_000), claim="C2", line="L2", kind="outpatient")
    await ledger.take(
        "payment",
        given.event(given.confirmed(given.payment_line(), back)),
        given.event(given.returned(back)),
    )


async def figures(ledger: Ledger, name: str, **query: Any) -> dict[str, int]:
    answer = await ledger.get(f"/books/{given.BOOK}/statements/{name}", **(MARCH | query))
    assert answer.status_code == 200, answer.text
    assert [tie for tie in answer.json()["ties"] if tie["difference"]] == []
    return {figure["line"]: figure["amount"] for figure in answer.json()["figures"]}


async def test_income_and_expense_stand_in_the_order_of_the_form(ledger: Ledger) -> None:
    await a_busy_day(ledger)

    shown = await figures(ledger, "income_expense")

    assert {line: shown[line] for line in ("1", "2", "8", "e1", "e1.1", "e1.2", "e7", "e8", "e9")} == {
        "1": 150_000,
        "2": 450_000,
        "8": 600_000,
        "e1": 62_000,
        "e1.1": 60_000,
        "e1.2": 2_000,
        "e7": 62_000,
        "e8": 538_000,
        "e9": 538_000,
    }


async def test_the_balance_sheet_balances(ledger: Ledger) -> None:
    await a_busy_day(ledger)

    shown = await figures(ledger, "balance_sheet")

    assert (shown["aT"], shown["cT"]) == (540_000, 540_000)


async def test_net_assets_carry_over_to_the_next_month(ledger: Ledger) -> None:
    await a_busy_day(ledger)

    april = await figures(ledger, "net_assets", since="2017-04-01", until="2017-04-30")

    assert (april["o"], april["c"]) == (538_000, 538_000)


async def test_a_contribution_dated_in_february_is_booked_in_march_and_incurred_in_february(ledger: Ledger) -> None:
    await a_busy_day(ledger)

    seen = {
        (month["since"], view): (await figures(ledger, "income_expense", **month, view=view))["1"]
        for month in (FEBRUARY, MARCH)
        for view in ("booked", "incurred")
    }

    assert seen == {
        ("2017-02-01", "booked"): 0,
        ("2017-02-01", "incurred"): 150_000,
        ("2017-03-01", "booked"): 150_000,
        ("2017-03-01", "incurred"): 0,
    }


async def test_a_cell_opens_to_its_lines_their_events_and_claims(ledger: Ledger) -> None:
    await a_busy_day(ledger)
    form = await ledger.get(f"/books/{given.BOOK}/statements/income_expense", **MARCH)
    (cell,) = [figure for figure in form.json()["figures"] if figure["line"] == "e1.1"]

    opened = (await ledger.get(cell["opens"])).json()

    (line,) = opened["lines"]
    assert (line["account"], line["amount"], line["claim"], line["cause_kind"]) == (
        "5001-住院",
        cell["amount"],
        "C1",
        "PaymentConfirmed",
    )
    assert (await ledger.get(line["opens"])).json()["template"] == "T08"


@pytest.mark.parametrize("view", ["booked", "incurred"])
@pytest.mark.parametrize("name", ["income_expense", "balance_sheet", "net_assets"])
async def test_every_cell_opens_to_what_it_comes_to_even_when_the_year_is_closed(
    ledger: Ledger, name: str, view: str
) -> None:
    await a_busy_day(ledger)
    await close_the_year(ledger)
    late = given.contribution(channel="fiscal", payer="subsidy", amount=50_000)
    await ledger.roll_to(date(2018, 1, 2))
    await ledger.take("enrollment", given.event(late, "late", day=date(2018, 1, 2)))

    periods = (
        *(tuple(month.values()) for month in (FEBRUARY, MARCH)),
        *(("2017-03-01", "2017-12-31"), ("2017-12-01", "2017-12-31"), ("2018-01-01", "2018-01-31")),
    )
    for since, until in periods:
        form = await ledger.get(f"/books/{given.BOOK}/statements/{name}", since=since, until=until, view=view)
        for cell in form.json()["figures"]:
            opened = (await ledger.get(cell["opens"])).json()
            signed = [line["amount"] if line["side"] == "D" else -line["amount"] for line in opened["lines"]]
            come_to = abs(opened["opening"] + sum(signed))
            assert cell["lines"] or come_to == abs(cell["amount"]), cell


async def two_accounts_go(ledger: Ledger) -> None:
    """Nucleic acid tests are paid and bonds bought; then a chart is published that knows neither account nor line."""
    lines = [("1201", "D", 70_000), ("5001-核酸检测", "D", 30_000), ("1003", "C", 100_000)]
    bought = given.voucher(*(given.voucher_line(*line) for line in lines), template="FREE", voucher="PZ-1")
    data: dict[str, Any] = orjson.loads(load_chart().content)
    data["accounts"] = [one for one in data["accounts"] if one["code"] not in ("1201", "5001-核酸检测")]
    for statement in data["statements"]:
        statement["lines"] = [one for one in statement["lines"] if one["id"] not in ("a7", "e1.11")]
        for line in statement["lines"]:
            line["plus"] = [one for one in line.get("plus", ()) if one != "a7"]
    for purpose in data["purposes"]:
        purpose["pays"] = [one for one in purpose["pays"] if one != "1201"]
        purpose["receives"] = [one for one in purpose["receives"] if one != "1201"]
    chart = chart_from(data)
    async with ledger.log.unit("ledger") as unit:
        proposed = VoucherProposed(maker="kuai.ji", voucher=bought)
        unit.append(proposed, stream=VOUCHERS_STREAM, cause=uuid4())
        unit.append(given.approved(bought), stream=VOUCHERS_STREAM, cause=uuid4())
    async with ledger.log.unit("ledger") as unit:
        body = ChartPublished(chart=chart.chart, chart_id=chart.chart_id, content=chart.content)
        unit.append(body, stream=VOUCHERS_STREAM, cause=uuid4())


async def test_a_cell_opens_to_the_lines_of_an_account_that_only_an_earlier_chart_has(ledger: Ledger) -> None:
    await a_busy_day(ledger)
    await two_accounts_go(ledger)
    assert (await figures(ledger, "income_expense"))["e1"] == 92_000

    opened = (await ledger.get(f"/books/{given.BOOK}/statements/income_expense/lines/e1", **MARCH)).json()
    account = (await ledger.get(f"/books/{given.BOOK}/accounts/1201/ledger", **MARCH)).json()

    assert sum(line["amount"] for line in opened["lines"]) == 92_000
    assert ([line["amount"] for line in account["lines"]], account["closing"]) == ([70_000], 70_000)


async def test_a_statement_says_which_balance_stands_in_none_of_its_lines(ledger: Ledger) -> None:
    await a_busy_day(ledger)
    await two_accounts_go(ledger)

    sheet = (await ledger.get(f"/books/{given.BOOK}/statements/balance_sheet", **MARCH)).json()

    assert {tie["label"]: tie["difference"] for tie in sheet["ties"]} == {
        "资产 = 负债 + 净资产": -70_000,
        "未列入报表的科目 1201": -70_000,
    }


async def test_a_long_cell_opens_page_by_page(ledger: Ledger) -> None:
    await a_busy_day(ledger)
    path, behind, seen = f"/books/{given.BOOK}/statements/income_expense/lines/1", {}, []
    while True:
        page = (await ledger.get(path, **MARCH, limit=3, **behind)).json()
        seen += [line["person"] for line in page["lines"]]
        if page["next"] is None:
            break
        behind = {"behind": page["next"]}

    assert sorted(seen) == [f"P{n}" for n in range(10)]


async def test_the_trial_balance_of_every_book_is_even(ledger: Ledger) -> None:
    await a_busy_day(ledger)
    books = [book["book"] for book in (await ledger.get("/books")).json()["books"]]

    trials = [(await ledger.get(f"/books/{book}/trial-balance", **MARCH)).json() for book in books]

    assert books == ["340706-390", "340706-390-memo", "340706-610"]
    assert [(trial["difference"], trial["closing_difference"]) for trial in trials] == [(0, 0)] * 3


async def test_the_bank_daybook_goes_from_day_to_day(ledger: Ledger) -> None:
    await a_busy_day(ledger)
    late = given.contribution(channel="fiscal", payer="subsidy", amount=50_000)
    await ledger.roll_to(date(2017, 3, 2))
    await ledger.take("enrollment", given.event(late, "late", day=date(2017, 3, 2)))

    book = (await ledger.get(f"/books/{given.BOOK}/daybook/1003", **MARCH)).json()

    assert book["bank_account"] == "340706-390-FI"
    assert [(day["previous"], day["receipts"], day["payments"], day["balance"]) for day in book["days"]] == [
        (0, 450_000, 0, 450_000),
        (450_000, 50_000, 0, 500_000),
    ]


async def test_the_account_ledger_lists_every_line_between_opening_and_closing(ledger: Ledger) -> None:
    await a_busy_day(ledger)

    account = (await ledger.get(f"/books/{given.BOOK}/accounts/1004/ledger", **MARCH)).json()

    signed = [line["amount"] if line["side"] == "D" else -line["amount"] for line in account["lines"]]
    assert (account["opening"], sum(signed), account["closing"]) == (0, -95_000, -95_000)


async def test_the_five_registers_hold_what_their_accounts_do(ledger: Ledger) -> None:
    await a_busy_day(ledger)
    sponsored = given.contribution(channel="fiscal", payer="assistance")
    await ledger.take("enrollment", given.event(sponsored, "sponsored"))
    await ledger.take("adjudication", given.event(given.adjudicated()))

    sums = {}
    for register in ("basic", "critical", "assistance", "sponsorship", "enjoyment"):
        book = f"{given.BOOK}-memo" if register == "enjoyment" else given.BOOK
        page = (await ledger.get(f"/books/{book}/registers/{register}", **MARCH)).json()
        sums[register] = sum(line["amount"] for line in page["lines"])

    assert sums == {
        "basic": 62_000,
        "critical": 30_000,
        "assistance": 5_000,
        "sponsorship": 15_000,
        "enjoyment": 60_000,
    }


async def test_the_workbook_holds_the_same_figures(ledger: Ledger) -> None:
    await a_busy_day(ledger)

    answer = await ledger.get(f"/books/{given.BOOK}/statements/income_expense", **MARCH, form="xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.content))["收支表"]
    cells = {row[2].value: row[3].value for row in sheet.iter_rows(min_row=5)}

    assert (cells["七、支出合计"], cells["八、本年收支结余"]) == (620, 5_380)


async def test_the_printed_statement_is_in_chinese(ledger: Ledger) -> None:
    await a_busy_day(ledger)

    answer = await ledger.get(f"/books/{given.BOOK}/statements/income_expense", **MARCH, form="pdf")
    page = PdfReader(BytesIO(answer.content)).pages[0].extract_text()

    assert "收支表" in page
    assert "一、社会保险待遇支出" in page
    assert "5,380.00" in page


async def test_months_of_reserve_come_with_a_warning(ledger: Ledger) -> None:
    await a_busy_day(ledger)

    shown = (await ledger.get(f"/books/{given.BOOK}/reserve", until="2017-03-31")).json()

    # 5,380 yuan of savings, 620 spent in three months: 26.03 months, above the upper line of 9
    assert (shown["support"], shown["warning"]) == (2_603, "high")


async def test_a_month_that_goes_on_counts_by_its_days_for_the_reserve(ledger: Ledger) -> None:
    await a_busy_day(ledger)

    shown = (await ledger.get(f"/books/{given.BOOK}/reserve", until="2017-03-02")).json()

    # 5,380 yuan of savings, 620 spent in two months and two days of 31
    assert (shown["support"], shown["months"]) == (1_791, 3)


async def test_a_book_that_nobody_knows_is_not_found(ledger: Ledger) -> None:
    answer = await ledger.get("/books/340706-999/statements/income_expense", **MARCH)

    assert (answer.status_code, answer.json()["code"]) == (404, "UNKNOWN_BOOK")


@pytest.mark.parametrize("what", ["trial-balance", "accounts/1004/ledger", "daybook/1003", "registers/basic"])
async def test_days_that_end_before_they_begin_are_refused(ledger: Ledger, what: str) -> None:
    answer = await ledger.get(f"/books/{given.BOOK}/{what}", since="2017-03-31", until="2017-03-01")
    assert (answer.status_code, answer.json()["code"]) == (422, "BAD_PERIOD")


async def test_a_page_that_begins_nowhere_is_refused(ledger: Ledger) -> None:
    answer = await ledger.get(f"/books/{given.BOOK}/accounts/1004/ledger", **MARCH, behind="somewhere")
    assert (answer.status_code, answer.json()["code"]) == (422, "BAD_PLACE")


async def test_a_stranger_is_told_so_before_the_days_are_looked_at(ledger: Ledger) -> None:
    days = {"since": "2017-03-31", "until": "2017-03-01"}
    answer = await ledger.client.get(f"/books/{given.BOOK}/trial-balance", params=days)
    assert (answer.status_code, answer.json()["code"]) == (401, "NO_TOKEN")
