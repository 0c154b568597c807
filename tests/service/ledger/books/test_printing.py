"""Every list of the books is had on paper, with Chinese type, and as a workbook: the same figures as in JSON."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from services.ledger.api import paging
from tests.service.ledger.books.conftest import Ledger
from tests.service.ledger.books.test_statements import MARCH, a_busy_day
from tests.service.ledger.books.test_years import set_budget
from tests.unit.ledger.books import given

BOOK = f"/books/{given.BOOK}"
PAPERS = [
    (f"{BOOK}/trial-balance", MARCH, "试算平衡表", "支出户存款", -950),
    (f"{BOOK}/accounts/1004/ledger", MARCH, "明细账", "期末余额 -950.00", 20),
    (f"{BOOK}/daybook/1003", MARCH, "银行存款日记账", "340706-390-FI", 4_500),
    (f"{BOOK}/registers/basic", MARCH, "基本医疗保险台账", "2017-03-01", 600),
    (f"{BOOK}/budgets/2017", {"until": "2017-03-31"}, "预算执行情况表", "250.00%", 1_500),
    (f"{BOOK}/reserve", {"until": "2017-03-31"}, "基金支撑能力表", "26.03", 5_380),
]


async def asked(ledger: Ledger, path: str, query: dict[str, Any], form: str) -> BytesIO:
    await a_busy_day(ledger)
    await set_budget(ledger)
    answer = await ledger.get(path, **query, form=form)
    assert answer.status_code == 200, answer.text
    return BytesIO(answer.content)


@pytest.mark.parametrize(("path", "query", "title", "said", "_"), PAPERS)
async def test_it_is_printed_in_chinese(
    ledger: Ledger, path: str, query: dict[str, Any], title: str, said: str, _: int
) -> None:
    page = PdfReader(await asked(ledger, path, query, "pdf")).pages[0].extract_text()

    assert title in page
    assert said in page


@pytest.mark.parametrize(("path", "query", "title", "_", "yuan"), PAPERS)
async def test_it_is_a_workbook_with_amounts_as_numbers(
    ledger: Ledger, path: str, query: dict[str, Any], title: str, _: str, yuan: int
) -> None:
    sheet = openpyxl.load_workbook(await asked(ledger, path, query, "xlsx")).worksheets[0]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]

    assert cells[0] == title
    assert yuan in cells


async def test_a_file_holds_all_lines_and_not_a_page_of_them(ledger: Ledger) -> None:
    query = MARCH | {"limit": 1}
    sheet = openpyxl.load_workbook(await asked(ledger, f"{BOOK}/accounts/4001/ledger", query, "xlsx")).worksheets[0]

    assert sum(row[2] == "4001-个人缴费" for row in sheet.iter_rows(values_only=True)) == 10


async def test_a_file_that_would_be_too_long_is_refused(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "LARGEST_FILE", 9)
    await a_busy_day(ledger)

    answer = await ledger.get(f"{BOOK}/accounts/4001/ledger", **MARCH, form="pdf")

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "TOO_LONG", "form")
