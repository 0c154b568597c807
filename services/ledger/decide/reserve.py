"""基金支撑能力: how many months of spending the fund's savings would last, and whether that is too few or too many."""

from calendar import monthrange
from datetime import date
from typing import NamedTuple

from contracts.money import half_up
from services.ledger.decide.chart import Chart


class Support(NamedTuple):
    """基金支撑月数 in hundredths of a month, None where nothing was spent; ``warning`` is low, high or None."""

    savings: int
    spent: int
    months: int
    support: int | None
    low: int | None
    high: int | None
    warning: str | None


def support(chart: Chart, book: str, savings: int, spent: int, until: date) -> Support:
    """Divide savings (fen) by the mean monthly spending: ``spent`` fen from January to the end of the day ``until``.

    A month that goes on counts by its days: as a whole one it would make spending look smaller than it is.
    """
    days = monthrange(until.year, until.month)[1]
    so_far = (until.month - 1) * days + until.day
    lasts = half_up(savings * so_far * 100, spent * days) if spent > 0 else None
    scheme = book.split("-")[1]
    lines = next((reserve for reserve in chart.reserve if reserve.scheme == scheme), None)
    warning = None
    if lasts is not None and lines is not None:
        if lasts < lines.months_low:
            warning = "low"
        elif lasts > lines.months_high:
            warning = "high"
    low, high = (lines.months_low, lines.months_high) if lines else (None, None)
    return Support(savings, spent, until.month, lasts, low, high, warning)
