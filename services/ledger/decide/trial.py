"""试算平衡表: opening balance, movement and closing balance of every account; both sides agree."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.ledger.decide.chart import Chart
from services.ledger.model import Balance, Entry


class TrialRow(NamedTuple):
    """One account, fen. Opening and closing are signed to the account's usual side."""

    account: str
    name: str
    direction: str
    opening: int
    debit: int
    credit: int
    closing: int


class Trial(NamedTuple):
    """The rows and their totals. ``difference`` is zero: of the movements and of the closing balances."""

    rows: tuple[TrialRow, ...]
    debit: int
    credit: int
    difference: int
    closing_difference: int


def trial_balance(chart: Chart, before: Sequence[Balance], moved: Sequence[Balance]) -> Trial:
    """Draw up the trial balance from what moved before the period and in it."""
    opening = {balance.account: balance.signed for balance in before}
    movement = {balance.account: balance for balance in moved}
    rows = []
    closing_total = 0
    for code in sorted(opening.keys() | movement.keys()):
        account = chart.listed(code)
        sign = 1 if account.direction == "D" else -1
        begins = opening.get(code, 0)
        _, _, debit, credit = movement.get(code, Balance("", code, 0, 0))
        ends = begins + debit - credit
        closing_total += ends
        rows.append(TrialRow(code, account.name, account.direction, sign * begins, debit, credit, sign * ends))
    debit, credit = sum(row.debit for row in rows), sum(row.credit for row in rows)
    return Trial(tuple(rows), debit, credit, debit - credit, closing_total)


def balances_of(entries: Iterable[Entry]) -> list[Balance]:
    """Add entries up by book and account: what the database keeps, worked out from the journal alone."""
    totals: dict[tuple[str, str], list[int]] = {}
    for entry in entries:
        for line in entry.lines:
            total = totals.setdefault((entry.book, line.account), [0, 0])
            total[0 if line.side == "D" else 1] += line.amount
    return [Balance(book, account, *total) for (book, account), total in sorted(totals.items())]
