"""A4 pages with Chinese type: every report of the ledger is a title, some lines of text, and a table."""

from collections.abc import Sequence
from typing import NamedTuple


class Sheet(NamedTuple):
    """A table to print: its head, its rows as text, and which columns hold amounts (right-aligned)."""

    title: str
    notes: Sequence[str]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    amounts: frozenset[int]
    widths: Sequence[int]
    """Relative widths of the columns."""


def pdf(sheet: Sheet) -> bytes:
    """Print a sheet, over as many pages as it needs, the head of the table on each."""
    from services.ledger.reports import press  # noqa: PLC0415 - a service should start before it prints

    return press.pdf(sheet)
