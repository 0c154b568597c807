"""凭证编号: when a day is sealed its vouchers get numbers, gapless within a book's month, always the same ones."""

from collections.abc import Iterable, Mapping
from typing import Protocol
from uuid import UUID

from contracts.canonical import written
from services.ledger.model import Entry, Line

_ENTRY, _LINE = Entry._fields, Line._fields


class Voucher(Protocol):
    """What the order of vouchers looks at."""

    @property
    def id(self) -> UUID:
        """The entry's id."""
        ...

    @property
    def book(self) -> str:
        """The book that the entry stands in."""
        ...

    @property
    def template(self) -> str:
        """The kind of voucher, e.g. T08."""
        ...


def voucher_order(entry: Voucher) -> tuple[str, str, bytes]:
    """Give the sort key of vouchers and of the leaves of the day's tree: book, kind, entry id."""
    return entry.book, entry.template, entry.id.bytes


def number_vouchers(entries: Iterable[Voucher], first: Mapping[str, int]) -> dict[UUID, int]:
    """Number a day's entries book by book, going on from ``first``, the next free number of each book's month.

    A book that is not in ``first`` starts with 1.
    """
    upcoming = dict(first)
    numbers: dict[UUID, int] = {}
    for entry in sorted(entries, key=voucher_order):
        numbers[entry.id] = upcoming.setdefault(entry.book, 1)
        upcoming[entry.book] += 1
    return numbers


def entry_bytes(entry: Entry) -> bytes:
    """Write down what was booked, always as the same bytes: a leaf of the day's tree.

    Ids, dates, lines and causes; never when it arrived. Fields without a value are left out.
    """
    fields: dict[str, object] = {name: value for name, value in zip(_ENTRY, entry, strict=True) if value is not None}
    fields["lines"] = [
        {name: value for name, value in zip(_LINE, line, strict=True) if value is not None} for line in entry.lines
    ]
    return written(fields)
