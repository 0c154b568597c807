"""Reading the books for a period: statements, trial balances and what stands behind a figure."""

from datetime import date, timedelta
from typing import NamedTuple

from services.chassis.errors import BadInput, NotFound
from services.chassis.postgres import Connection
from services.ledger.decide.chart import Chart, Family, Statement, belongs
from services.ledger.decide.charts import charts_of
from services.ledger.decide.statements import Filled, combined, fill, net_assets
from services.ledger.decide.trial import Trial, trial_balance
from services.ledger.model import Balance, View
from services.ledger.store import balances, charts

LONGEST_PERIOD = timedelta(days=366 * 10)


class Period(NamedTuple):
    """From ``since`` to ``until``, both days included."""

    since: date
    until: date


def period(since: date, until: date) -> Period:
    """Check a period. Raises ``BadInput`` BAD_PERIOD."""
    if until < since or until - since > LONGEST_PERIOD:
        raise BadInput("BAD_PERIOD", "a period begins before it ends and is at most ten years long", "until")
    return Period(since, until)


def month_of(month: str) -> Period:
    """Give the days of a month ``YYYY-MM``."""
    first = date.fromisoformat(f"{month}-01")
    return Period(first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1))


async def newest_chart(connection: Connection) -> Chart:
    """Read the chart that was published last."""
    return charts_of(await charts.read(connection)).newest()


def family_of(chart: Chart, book: str) -> Family:
    """Find the family of a book. Raises ``NotFound`` UNKNOWN_BOOK."""
    try:
        return chart.family(book)
    except KeyError:
        raise NotFound("UNKNOWN_BOOK", f"the chart has no book {book}", "book") from None


def statement_of(chart: Chart, statement: str, family: Family) -> Statement:
    """Find a statement that books of this family have. Raises ``NotFound`` UNKNOWN_STATEMENT."""
    for found in chart.statements:
        if found.id == statement and family in found.families:
            return found
    raise NotFound("UNKNOWN_STATEMENT", f"there is no statement {statement} for this book", "statement")


async def accounts_of(connection: Connection, chart: Chart, book: str, beginnings: tuple[str, ...]) -> tuple[str, ...]:
    """List the accounts of a book that a line, register or cell adds up; those that only an earlier chart has too."""
    known = await charts.accounts(connection, family_of(chart, book))
    return tuple(account for account in known if belongs(account, beginnings))


async def statement(connection: Connection, chart: Chart, book: str, name: str, of: Period, view: View) -> Filled:
    """Fill a statement of a book for a period."""
    family = family_of(chart, book)
    found = statement_of(chart, name, family)
    before = await standing(connection, book, of.since - timedelta(days=1), view)
    if found.measure == "balance":
        shown = await standing(connection, book, of.until, view)
    else:
        shown = await _moved(connection, book, of, view)
    return fill(found, family, shown, net_assets(before))


async def trial(connection: Connection, chart: Chart, book: str, of: Period) -> Trial:
    """Draw up the trial balance of a book for a period, as booked."""
    family_of(chart, book)
    before = await balances.until(connection, book, of.since - timedelta(days=1))
    return trial_balance(chart, before, await balances.movements(connection, book, *of))


async def standing(connection: Connection, book: str, day: date, view: View) -> list[Balance]:
    """Add up all that moved on each account of a book up to the end of a day, in one of the two views."""
    booked = await balances.until(connection, book, day)
    if view == "booked":
        return booked
    elsewhere = await balances.moved_elsewhere(connection, book, date.min, day)
    return combined(((1, one) for one in booked), ((1, one) for one in elsewhere))


async def _moved(connection: Connection, book: str, of: Period, view: View) -> list[Balance]:
    booked = await balances.movements(connection, book, *of)
    closing = await balances.closing_movements(connection, book, *of, view)
    elsewhere = await balances.moved_elsewhere(connection, book, *of) if view == "incurred" else []
    return combined(((1, one) for one in booked), ((-1, one) for one in closing), ((1, one) for one in elsewhere))
