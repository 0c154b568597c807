"""What is printed (打印): sheets with a title, notes and a table."""

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
