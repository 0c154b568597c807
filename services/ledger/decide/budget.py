"""预算执行: what was budgeted for each line of the 收支表 beside what was booked, and how far it is carried out."""

from collections.abc import Mapping
from typing import NamedTuple

from contracts.money import BASIS_POINTS, half_up
from services.ledger.decide.statements import Filled


class Carried(NamedTuple):
    """One line: fen, and the share carried out in basis points, None where nothing was budgeted."""

    line: str
    label: str
    budget: int
    actual: int
    left: int
    share_bp: int | None


def carried_out(filled: Filled, budget: Mapping[str, int]) -> list[Carried]:
    """Set a budget beside the statement of the year so far; lines that are in neither are left out."""
    return [
        Carried(
            figure.line,
            figure.label,
            planned,
            figure.amount,
            planned - figure.amount,
            half_up(figure.amount * BASIS_POINTS, planned) if planned else None,
        )
        for figure in filled.figures
        if (planned := budget.get(figure.line, 0)) or figure.amount
    ]
