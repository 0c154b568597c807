"""公示: the monthly public list of compensation paid, with names and numbers masked so that only neighbours know."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from services.ledger.model import Line

SHOWN = 3


class Notice(NamedTuple):
    """One line of the public list; fen."""

    day: date
    name: str
    person: str
    benefit: str
    amount: int


def mask_number(person: str) -> str:
    """Hide the middle of a person number.

    >>> mask_number("P0000001234"), mask_number("P1")
    ('P0*******34', '**')
    """
    if len(person) <= SHOWN + 1:
        return "*" * len(person)
    return person[:2] + "*" * (len(person) - 4) + person[-2:]


def notices(paid: Iterable[tuple[date, Line]], names: Mapping[str, str]) -> list[Notice]:
    """Make the public list of benefit lines; ``names`` are masked already."""
    return [
        Notice(
            day,
            names[line.person],
            mask_number(line.person),
            line.account.partition("-")[2],
            line.signed,
        )
        for day, line in paid
        if line.person is not None
    ]
