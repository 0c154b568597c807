"""As incurred: a fact counts on the day it happened at the bank, in the figure and in the lines behind it."""

from tests.service.ledger.books.conftest import Ledger
from tests.service.ledger.books.test_statements import FEBRUARY, a_busy_day, figures
from tests.service.ledger.books.test_years import close_the_year
from tests.unit.ledger.books import given


async def test_a_cell_as_incurred_opens_to_the_lines_of_its_days_and_of_no_other(ledger: Ledger) -> None:
    await a_busy_day(ledger)
    form = await ledger.get(f"/books/{given.BOOK}/statements/income_expense", **FEBRUARY, view="incurred")
    (cell,) = [figure for figure in form.json()["figures"] if figure["line"] == "1"]

    opened = (await ledger.get(cell["opens"])).json()["lines"]

    assert sum(line["amount"] for line in opened) == cell["amount"] == 150_000
    assert {line["incurred_on"] for line in opened} == {"2017-02-28"}


async def test_what_closes_a_year_is_no_income_of_its_last_month_in_either_view(ledger: Ledger) -> None:
    await a_busy_day(ledger)
    await close_the_year(ledger)

    december = {"since": "2017-12-01", "until": "2017-12-31"}
    seen = [(await figures(ledger, "net_assets", **december, view=view))["i"] for view in ("booked", "incurred")]

    assert seen == [0, 0]
