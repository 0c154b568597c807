"""Which chart books what: the one in force on the day, and where it refuses, the first later one that does not."""

from datetime import date
from typing import Any

import orjson
import pytest

from services.ledger.chart import load_chart
from services.ledger.decide.chart import Chart, chart_from
from services.ledger.decide.charts import Charts, charts_of
from services.ledger.decide.post import post_in_force
from services.ledger.model import PostingRefusedError
from tests.unit.ledger.books import given

SHIPPED = load_chart()
AGENCY_SUBSIDY = {
    "event": "ContributionReceived",
    "words": {"channel": ["agency"], "payer": ["subsidy"]},
    "lines": ["D 1002 amount", "C 4501 amount"],
}
"""What the shipped chart does not book: a payer who comes to the collection account and should not."""


def mended(account: str = "4501") -> Chart:
    """The shipped chart with a case more."""
    data: dict[str, Any] = orjson.loads(SHIPPED.content)
    (template,) = (one for one in data["templates"] if one["id"] == "T04")
    template["cases"].append(AGENCY_SUBSIDY | {"lines": ["D 1002 amount", f"C {account} amount"]})
    return chart_from(data)


def charts(*later: tuple[date, Chart]) -> Charts:
    return charts_of([(date.min, SHIPPED.content), *((day, chart.content) for day, chart in later)])


def booked(body: Any, published: Charts) -> list[str]:
    (entry,) = post_in_force(given.event(body), body, published).entries
    return [line.account for line in entry.lines]


REFUSED = given.contribution(payer="subsidy")


def test_what_no_chart_books_is_refused() -> None:
    with pytest.raises(PostingRefusedError, match="NO_TEMPLATE"):
        booked(REFUSED, charts())


@pytest.mark.parametrize("published", [given.DAY, date(2017, 9, 1)])
def test_what_the_chart_of_the_day_refuses_is_booked_under_a_chart_published_later(published: date) -> None:
    assert booked(REFUSED, charts((published, mended()))) == ["1002", "4501"]


def test_the_first_chart_that_books_it_is_taken_so_that_a_replay_years_later_finds_the_same() -> None:
    both = charts((given.DAY, mended()), (given.DAY, mended("4201")))

    assert booked(REFUSED, both) == ["1002", "4501"]


def test_what_the_chart_of_the_day_books_is_booked_under_it_although_a_later_one_books_it_otherwise() -> None:
    data = orjson.loads(mended().content)
    (template,) = (one for one in data["templates"] if one["id"] == "T01")
    template["cases"][0]["lines"] = ["D 1002 amount", "C 4001-集体扶持 amount"]

    assert booked(given.contribution(), charts((given.DAY, chart_from(data)))) == ["1002", "4001-个人缴费"]


def test_of_two_charts_of_one_day_the_one_published_last_is_the_newest() -> None:
    published = charts((given.DAY, mended("4201")), (given.DAY, mended()))

    assert published.newest().chart_id == mended().chart_id


@pytest.mark.parametrize("book", ["999999-390", "340706-999", "999999-390-memo"])
def test_the_chart_keeps_no_book_of_an_area_or_scheme_that_it_does_not_list(book: str) -> None:
    with pytest.raises(KeyError):
        SHIPPED.family(book)


def test_money_for_a_book_that_is_not_kept_is_refused() -> None:
    with pytest.raises(PostingRefusedError, match="UNKNOWN_BOOK"):
        booked(given.contribution(book="999999-390"), charts())


def test_a_chart_of_the_time_before_areas_were_listed_keeps_the_books_of_any() -> None:
    data = {name: value for name, value in orjson.loads(SHIPPED.content).items() if name != "areas"}

    assert chart_from(data).family("999999-390") == "resident"
