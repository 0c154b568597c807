"""When the calendar asks for the end of a day."""

from datetime import date

import pytest

from services.ledger.jobs import is_due


@pytest.mark.parametrize(
    ("open_day", "due"),
    [
        (date(2017, 3, 9), True),
        (date(2017, 3, 1), True),
        (date(2017, 3, 10), False),
        (date(2017, 3, 11), False),
        (date(2016, 3, 1), False),
    ],
    ids=["yesterday", "missed_days", "today", "a_day_ahead", "books_of_another_time"],
)
def test_a_day_is_called_when_it_is_over_and_the_books_follow_the_calendar(open_day, due):
    assert is_due(open_day, date(2017, 3, 10)) is due
