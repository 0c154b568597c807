"""工作日历: which days are worked, holidays and made-up days included, and when a number of working days is over."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

SATURDAY = 5


class Due(NamedTuple):
    """期限: the last day; ``assumed`` where a year on the way has no notice on file, so only weekends were left out."""

    day: date
    assumed: bool


class Calendar(NamedTuple):
    """The years for which the notice is on file, weekdays that are off, and weekend days that are worked (调休)."""

    years: frozenset[int]
    off: frozenset[date]
    made_up: frozenset[date]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Calendar":
        """Read the calendar file."""
        years: Mapping[int, Mapping[str, Any]] = document["years"]
        days = {
            part: frozenset(date.fromisoformat(f"{year}-{day}") for year, row in years.items() for day in row[part])
            for part in ("holidays", "made_up")
        }
        return cls(frozenset(years), days["holidays"], days["made_up"])

    def works_on(self, day: date) -> bool:
        """Tell whether a day is worked; in a year without a notice, every day from Monday to Friday."""
        return day in self.made_up or (day.weekday() < SATURDAY and day not in self.off)

    def after(self, day: date, working_days: int) -> Due:
        """Give the day on which the n-th working day after ``day`` is over."""
        last = day
        while working_days:
            last += timedelta(1)
            working_days -= self.works_on(last)
        return Due(last, not set(range(day.year, last.year + 1)) <= self.years)
