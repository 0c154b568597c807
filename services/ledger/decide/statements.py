"""会计报表: the lines of a statement, filled from account balances, each with the accounts that it came from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from services.ledger.decide.chart import Statement, StatementLine, belongs
from services.ledger.model import Balance

NET_ASSETS = ("3", "4", "5")
"""结余: what is left of all income after all expense, closed or not."""

SHOWN: Mapping[str, tuple[str, ...]] = {"movement": ("4", "5"), "balance": ("1", "2", *NET_ASSETS)}
"""What a statement shows whole, by what it measures."""


class Figure(NamedTuple):
    """One printed line: fen, and what it opens to: ``accounts`` of the books, or ``lines`` of the statement."""

    line: str
    column: str
    label: str
    amount: int
    accounts: tuple[str, ...]
    lines: tuple[str, ...]
    within: str | None


class Tie(NamedTuple):
    """勾稽: what should be equal, and by how much it is not, fen."""

    label: str
    left: int
    right: int
    difference: int


class Filled(NamedTuple):
    """A statement with its figures in printed order and its ties."""

    statement: Statement
    figures: tuple[Figure, ...]
    ties: tuple[Tie, ...]


def net_assets(balances: Iterable[Balance]) -> int:
    """Give what a fund is worth after these movements, fen: its accumulated surplus, negative for a deficit."""
    return -sum(balance.signed for balance in balances if belongs(balance.account, NET_ASSETS))


def fill(statement: Statement, family: str, balances: Sequence[Balance], opening: int) -> Filled:
    """Fill a statement from the movements of a period, or the balances at its end, as its ``measure`` says.

    ``opening`` is the net assets before the period, fen. Sums are exact: nothing is rounded.
    """
    sides = {column.id: column.side for column in statement.columns}
    wanted = [line for line in statement.lines if not line.families or family in line.families]
    amounts: dict[str, int] = {}
    for line in wanted:
        side = line.side or sides[line.column]
        amounts[line.id] = _amount(line, side, balances, opening, amounts)
    # lines may stand before what they add up: income's 上年结余 is used by both columns
    figures = tuple(
        _figure(line, amounts[line.id], balances) for line in wanted if not (line.only_if_any and amounts[line.id] == 0)
    )
    ties = tuple(
        tie(check.label, _sum(check.left, amounts), [_sum(check.right, amounts)]) for check in statement.checks
    )
    return Filled(statement, figures, (*ties, *_left_out(statement, wanted, balances)))


def _left_out(statement: Statement, lines: Sequence[StatementLine], balances: Sequence[Balance]) -> list[Tie]:
    """Tell of accounts that stand in no line: a later chart may list neither them nor a line for them."""
    shown = tuple(beginning for line in lines for beginning in line.of)
    alone = [
        one
        for one in balances
        if one.signed and belongs(one.account, SHOWN[statement.measure]) and not belongs(one.account, shown)
    ]
    return [tie(f"未列入报表的科目 {one.account}", 0, (one.signed,)) for one in alone]


def tie(label: str, printed: int, parts: Iterable[int]) -> Tie:
    """Hold a printed total against the sum of its parts: ``difference`` is printed less summed."""
    summed = sum(parts)
    return Tie(label, printed, summed, printed - summed)


def combined(*parts: Iterable[tuple[int, Balance]]) -> list[Balance]:
    """Add balances up by account, each with its sign (1 or -1)."""
    totals: dict[tuple[str, str], tuple[int, int]] = {}
    for part in parts:
        for sign, balance in part:
            debit, credit = totals.get((balance.book, balance.account), (0, 0))
            totals[balance.book, balance.account] = (debit + sign * balance.debit, credit + sign * balance.credit)
    return [Balance(book, account, *total) for (book, account), total in sorted(totals.items())]


def _amount(
    line: StatementLine, side: str, balances: Sequence[Balance], opening: int, amounts: Mapping[str, int]
) -> int:
    if line.opening:
        return opening
    if line.of:
        signed = sum(balance.signed for balance in balances if belongs(balance.account, line.of))
        return signed if side == "D" else -signed
    return _sum(line.plus, amounts) - _sum(line.minus, amounts)


def _sum(lines: tuple[str, ...], amounts: Mapping[str, int]) -> int:
    return sum(amounts[line] for line in lines)


def _figure(line: StatementLine, amount: int, balances: Sequence[Balance]) -> Figure:
    accounts = tuple(balance.account for balance in balances if belongs(balance.account, line.of))
    return Figure(line.id, line.column, line.label, amount, accounts, line.plus + line.minus, line.within)
