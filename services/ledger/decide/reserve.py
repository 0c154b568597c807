"""基金支撑能力: how many months of spending the fund's savings would last, and whether that is too few or too many."""

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


def support(chart: Chart, book: str, savings: int, spent: int, months: int) -> Support:
    """Divide savings (fen) by the mean monthly spending: ``spent`` fen over ``months``, months above zero."""
    lasts = half_up(savings * months * 100, spent) if spent > 0 else None
    scheme = book.split("-")[1]
    lines = next((reserve for reserve in chart.reserve if reserve.scheme == scheme), None)
    warning = None
    if lasts is not None and lines is not None:
        if lasts < lines.months_low:
            warning = "low"
        elif lasts > lines.months_high:
            warning = "high"
    low, high = (lines.months_low, lines.months_high) if lines else (None, None)
    return Support(savings, spent, months, lasts, low, high, warning)
