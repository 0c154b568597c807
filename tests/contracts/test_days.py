"""A business date comes in as ``YYYY-MM-DD`` and in no other way."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.text import Day

DAYS: TypeAdapter[date] = TypeAdapter(Day)


@given(st.dates())
def test_a_day_is_read_as_it_is_written(day: date) -> None:
    assert DAYS.validate_python(day.isoformat()) == DAYS.validate_python(day) == day


@pytest.mark.parametrize(
    "value",
    [
        *("20170301", "2017-3-1", "2017-W09-3", "2017-02-29", "2017-03-01T00:00", " 2017-03-01", "2017-03-01 "),
        *("٢٠١٧-٠٣-٠١", "", "0000-01-01", 20170301, 1488326400, True, None, [], datetime(2017, 3, 1)),  # noqa: DTZ001
    ],
    ids=repr,
)
def test_anything_else_is_no_day(value: Any) -> None:
    with pytest.raises(ValidationError, match="written YYYY-MM-DD"):
        DAYS.validate_python(value)
