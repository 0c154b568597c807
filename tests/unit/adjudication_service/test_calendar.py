"""Deadlines are counted in working days, holidays and made-up days included (工作日历)."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from services.adjudication.intake import shipped_calendar

CALENDAR = shipped_calendar()


@pytest.mark.parametrize("year", sorted(CALENDAR.years))
def test_a_year_on_file_is_that_of_the_calendar_library(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    assert [day for day in days if CALENDAR.works_on(day) != chinese_calendar.is_workday(day)] == []


def test_a_made_up_sunday_is_counted() -> None:
    assert CALENDAR.after(date(2024, 2, 3), 1).day == date(2024, 2, 4)


def test_a_long_holiday_is_not_counted() -> None:
    assert CALENDAR.after(date(2017, 9, 29), 2).day == date(2017, 10, 9)


def test_a_year_without_a_notice_has_weekends_only_and_says_so() -> None:
    due = CALENDAR.after(date(2030, 10, 4), 1)
    assert (due.day, due.assumed) == (date(2030, 10, 7), True)


def test_a_deadline_inside_the_years_on_file_is_not_assumed() -> None:
    assert not CALENDAR.after(date(2017, 3, 1), 30).assumed
