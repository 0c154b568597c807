"""基金收支表 as it was and as it would have been: what decisions would have paid otherwise, booked by the templates.

The difference is booked as if the bank had paid it on the day of the decision, so a month that decided much and paid
little shows the whole of what it decided otherwise.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from contracts.claims import Adjudicated
from contracts.clawbacks import FundSplit
from contracts.payments import PaymentConfirmed, PaymentLine
from services.cli.audit.books.journal import Account, Journal
from services.cli.audit.log.chain import Row
from services.ledger.decide.charts import Charts
from services.ledger.decide.post import post_in_force
from services.ledger.decide.statements import Filled, fill, net_assets
from services.ledger.model import Balance

STATEMENT = "income_expense"
PAID_FROM = "1004"
"""支出户: benefits are paid from it."""

Net = dict[Account, int]
"""Debits less credits by account, fen."""


class Turned(NamedTuple):
    """A claim: the row of the decision that stands, that decision, and the one under the other pack."""

    row: Row
    before: Adjudicated
    after: Adjudicated


class Cell(NamedTuple):
    """One line of a book's statement of a month, as booked and as it would have been, fen."""

    book: str
    month: str
    line: str
    label: str
    before: int
    after: int


def statements(turned: Iterable[Turned], journal: Journal, charts: Charts) -> list[Cell]:
    """Fill the statement of every cash-basis book and month twice; the surplus of a month opens the next one."""
    shifts = _shifts(turned, charts)
    opening: tuple[Net, Net] = ({}, {})
    cells: list[Cell] = []
    for month in sorted({f"{day:%Y-%m}" for day in journal} | shifts.keys()):
        booked, shown = _month(month, journal)
        shift = shifts.get(month, {})
        for book in sorted({book for book, _ in booked.keys() | shift.keys() if not book.endswith("-memo")}):
            before = _filled(book, shown, opening[0], charts)
            after = _filled(book, _sum(shown, shift), opening[1], charts)
            cells += _cells(book, month, before, after)
        opening = _sum(opening[0], booked), _sum(opening[1], booked, shift)
    return cells


def _shifts(turned: Iterable[Turned], charts: Charts) -> dict[str, Net]:
    """Add up by month what would move otherwise."""
    shifts: defaultdict[str, Net] = defaultdict(Counter)
    for one in turned:
        if (one.before.outcome, one.before.amounts) != (one.after.outcome, one.after.amounts):
            shift = shifts[f"{one.row.business_date:%Y-%m}"]
            for decision, sign in ((one.before, -1), (one.after, 1)):
                for account, amount in _paid(one.row, decision, charts):
                    shift[account] += sign * amount
    return shifts


def _month(month: str, journal: Journal) -> tuple[Net, Net]:
    """Give all that was booked in a month, and that without the year-end vouchers."""
    booked: Counter[Account] = Counter()
    carried: Counter[Account] = Counter()
    for day, book in journal.items():
        if f"{day:%Y-%m}" == month:
            booked.update(book.debits)
            booked.subtract(book.credits)
            carried.update(book.carried)
    shown = Counter(booked)
    shown.subtract(carried)
    return booked, shown


def _sum(*parts: Net) -> Net:
    total: Counter[Account] = Counter()
    for part in parts:
        total.update(part)
    return total


def _filled(book: str, moved: Net, opening: Net, charts: Charts) -> Filled:
    chart = charts.newest()
    family = chart.family(book)
    statement = next(one for one in chart.statements if one.id == STATEMENT and family in one.families)
    return fill(statement, family, _balances(book, moved), net_assets(_balances(book, opening)))


def _balances(book: str, net: Net) -> list[Balance]:
    return [
        Balance(book, account, max(amount, 0), max(-amount, 0))
        for (owner, account), amount in net.items()
        if owner == book
    ]


def _cells(book: str, month: str, before: Filled, after: Filled) -> Iterator[Cell]:
    was = {figure.line: figure for figure in before.figures}
    now = {figure.line: figure for figure in after.figures}
    for line in was | now:
        figure = was.get(line) or now[line]
        amounts = [side[line].amount if line in side else 0 for side in (was, now)]
        yield Cell(book, month, line, figure.label, amounts[0], amounts[1])


def _paid(row: Row, decision: Adjudicated, charts: Charts) -> Iterator[tuple[Account, int]]:
    """Book a decision as if the bank had paid it that day; gives what moves on each account."""
    amounts = decision.amounts
    if decision.outcome != "approved" or not amounts.fund:
        return
    split = FundSplit(
        basic=amounts.basic, supplement=amounts.supplement, critical=amounts.critical, assistance=amounts.assistance
    )
    line = PaymentLine(
        line="otherwise",
        claim=decision.claim,
        kind=decision.kind,
        person=decision.person,
        pay_to=decision.pay_to,
        payee=decision.person if decision.pay_to == "person" else decision.provider,
        amount=split.total(),
        split=split,
        repays=None,
    )
    body = PaymentConfirmed(
        batch="otherwise",
        book=decision.book,
        account=charts.newest().bank_account(decision.book, PAID_FROM) or PAID_FROM,
        bank_voucher="otherwise",
        value_date=row.business_date,
        total=line.amount,
        lines=(line,),
    )
    event = row.event()._replace(kind=PaymentConfirmed.KIND)
    for entry in post_in_force(event, body, charts).entries:
        for one in entry.lines:
            yield (entry.book, one.account), one.signed
