"""A4 pages with Chinese type (打印): what is printed is one title, text and table below the other."""

from collections.abc import Sequence
from typing import NamedTuple


class Sheet(NamedTuple):
    """A table to print: its head, its rows as text, and which columns hold amounts (right-aligned).

    Text that came from outside must be escaped (``html.escape``).
    """

    title: str
    notes: Sequence[str]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    amounts: frozenset[int]
    widths: Sequence[int]
    """Relative widths of the columns."""


def pdf(*sheets: Sheet) -> bytes:
    """Print sheets one below the other, over as many pages as they need, the head of a table on each."""
    from services.chassis import press  # noqa: PLC0415 - a service should start before it prints

    return press.pdf(sheets)
