"""Book the whole history again: the journal is a function of the logs, and every seal must come out the same."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from contracts.envelope import Body
from contracts.ledger import VoucherApproved
from services.cli.audit.chain import Row
from services.cli.audit.divergence import Differences, Divergence, Place
from services.ledger.decide.charts import Charts, NoChartError
from services.ledger.decide.merkle import leaf_hash
from services.ledger.decide.numbering import entry_bytes
from services.ledger.decide.post import post_in_force
from services.ledger.model import Entry, PostingRefusedError

ID_BYTES = 16
LEAF_BYTES = ID_BYTES + 32
"""An entry's id, by which the leaves of a kind of voucher are put in order, and the hash of what the entry says."""

YEAR_END = frozenset({"T31", "T32"})
"""The vouchers that carry income and expense to the surplus."""

Account = tuple[str, str]
"""A book and an account of it."""


@dataclass
class DayBook:
    """One day: of every entry the leaf, by book and kind of voucher; of every account the sums of both sides, fen.

    ``carried`` is what of it year-end vouchers moved, debit less credit: statements of a period leave it out.
    """

    entries: int = 0
    lines: int = 0
    leaves: dict[tuple[str, str], bytearray] = field(default_factory=dict)
    debits: Counter[Account] = field(default_factory=Counter)
    credits: Counter[Account] = field(default_factory=Counter)
    carried: Counter[Account] = field(default_factory=Counter)

    def keep(self, entry: Entry) -> None:
        """Take an entry in."""
        self.entries += 1
        self.lines += len(entry.lines)
        book, template = entry.book, entry.template
        leaves = self.leaves.setdefault((book, template), bytearray())
        leaves += entry.id.bytes + leaf_hash(entry_bytes(entry))
        for line in entry.lines:
            side = self.debits if line.side == "D" else self.credits
            side[book, line.account] += line.amount
            if template in YEAR_END:
                self.carried[book, line.account] += line.signed

    def take(self, other: "DayBook") -> None:
        """Take in what was booked elsewhere on the same day."""
        self.entries += other.entries
        self.lines += other.lines
        for kind, leaves in other.leaves.items():
            self.leaves.setdefault(kind, bytearray()).extend(leaves)
        self.debits.update(other.debits)
        self.credits.update(other.credits)
        self.carried.update(other.carried)

    def in_order(self) -> list[bytes]:
        """Give the leaves of the day's tree in the order of vouchers: book, kind, entry id."""
        ordered: list[bytes] = []
        for kind in sorted(self.leaves):
            joined = bytes(self.leaves[kind])
            records = sorted(joined[at : at + LEAF_BYTES] for at in range(0, len(joined), LEAF_BYTES))
            ordered += [record[ID_BYTES:] for record in records]
        return ordered


Journal = Mapping[date, DayBook]


def joined(journals: Iterable[Journal]) -> dict[date, DayBook]:
    """Lay journals together."""
    whole: defaultdict[date, DayBook] = defaultdict(DayBook)
    for journal in journals:
        for day, book in journal.items():
            whole[day].take(book)
    return dict(whole)


class Bookkeeper:
    """Posts rows of the logs under the chart of their day, or the later one that books them; not what was given up."""

    def __init__(self, charts: Charts, given_up: Container[Place], found: Differences) -> None:
        self.days: dict[date, DayBook] = {}
        self._charts = charts
        self._given_up = given_up
        self._found = found
        cases = (case for _, chart in charts.published for template in chart.templates for case in template.cases)
        self._booked = frozenset({VoucherApproved.KIND, *(case.event for case in cases)})

    def post(self, rows: Iterable[tuple[Row, Body | None]]) -> None:
        """Post what rows book; their bodies are read already, and there is none where it cannot be read."""
        for entry in [entry for row, body in rows if body is not None for entry in self._entries(row, body)]:
            day = self.days.get(entry.business_date)
            if day is None:
                day = self.days[entry.business_date] = DayBook()
            day.keep(entry)

    def _entries(self, row: Row, body: Body) -> Sequence[Entry]:
        if row.kind not in self._booked or row.place in self._given_up:
            return ()
        try:
            return post_in_force(row.event(), body, self._charts).entries
        except (PostingRefusedError, NoChartError) as error:
            self._found.add(Divergence(row.place, f"booking the {row.kind}", "an entry", str(error)))
            return ()
