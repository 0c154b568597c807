"""Book the whole history again: the journal is a function of the logs, and every seal must come out the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from contracts.days import DayEnded
from contracts.envelope import Body
from contracts.ledger import VoucherApproved
from contracts.parked import GivenUp
from contracts.topics import Service
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Divergence, Place
from services.ledger.decide.charts import Charts, NoChartError
from services.ledger.decide.invariants import Finding, between_funds, unpaired_event
from services.ledger.decide.merkle import leaf_hash
from services.ledger.decide.numbering import entry_bytes
from services.ledger.decide.post import post_in_force
from services.ledger.decide.vouchers import RED
from services.ledger.model import Entry, PostingRefusedError
from services.ledger.records import Control

ID_BYTES = 16
LEAF_BYTES = ID_BYTES + 32
"""An entry's id, by which the leaves of a kind of voucher are put in order, and the hash of what the entry says."""

YEAR_END = frozenset({"T31", "T32"})
"""The vouchers that carry income and expense to the surplus."""

Account = tuple[str, str]
"""A book and an account of it."""

Between = frozenset[str]
"""The accounts by which one fund owes another, as a chart has them."""

Count = dict[tuple[date, str, str], list[int]]
"""How many events of a day, kind and book were booked or given up, and the fen that they count for."""


@dataclass
class DayBook:
    """One day: of every entry the leaf, by book and kind of voucher; of every account the sums of both sides, fen.

    ``carried`` is what of it year-end vouchers moved, debit less credit: statements of a period leave it out.
    ``items`` is what was booked on each bank account under each key of the bank. ``off`` are the control totals that a
    source declared and that are not what was booked; ``unpaired`` the events that left funds owing each other, by the
    accounts with which they do so: those of one chart are not those of another.
    """

    entries: int = 0
    lines: int = 0
    leaves: dict[tuple[str, str], bytearray] = field(default_factory=dict)
    debits: Counter[Account] = field(default_factory=Counter)
    credits: Counter[Account] = field(default_factory=Counter)
    carried: Counter[Account] = field(default_factory=Counter)
    items: Counter[tuple[str, str]] = field(default_factory=Counter)
    off: list[Control] = field(default_factory=list)
    unpaired: dict[Between, list[Finding]] = field(default_factory=dict)

    def keep(self, entry: Entry) -> None:
        """Take an entry in."""
        self.entries += 1
        self.lines += len(entry.lines)
        book, template = entry.book, entry.template
        leaves = self.leaves.setdefault((book, template), bytearray())
        leaves += entry.id.bytes + leaf_hash(entry_bytes(entry))
        for n, line in enumerate(entry.lines, 1):
            side = self.debits if line.side == "D" else self.credits
            side[book, line.account] += line.amount
            if line.bank_account is not None:
                key = f"{entry.id}/{n}" if line.bank_key is None else line.bank_key
                self.items[line.bank_account, key] += line.signed
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
        self.items.update(other.items)
        self.off += other.off
        for between, findings in other.unpaired.items():
            self.unpaired.setdefault(between, []).extend(findings)

    def has(self, book: str, template: str | None, entry: UUID) -> bool:
        """Tell whether an entry stands in a book; where its template is not known, under any but 红字."""
        return any(
            leaves[at : at + ID_BYTES] == entry.bytes
            for (name, kind), leaves in self.leaves.items()
            if name == book and kind != RED and template in (None, kind)
            for at in range(0, len(leaves), LEAF_BYTES)
        )

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
    """Posts rows of the logs under the chart of their day, or the later one that books them; not what was given up.

    What it booked or knows to be given up is counted, and held against what the source says when it ends the day.
    """

    def __init__(self, charts: Charts, given_up: Mapping[Place, GivenUp], found: Differences) -> None:
        self.days: dict[date, DayBook] = {}
        self._charts = charts
        self._given_up = given_up
        self._found = found
        cases = (case for _, chart in charts.published for template in chart.templates for case in template.cases)
        self._booked = frozenset({VoucherApproved.KIND, *(case.event for case in cases)})
        self._between = {between_funds(chart) for _, chart in charts.published}
        self._counts: defaultdict[tuple[Service, int], Count] = defaultdict(dict)

    def post(self, rows: Iterable[tuple[Row, Body | None]]) -> None:
        """Post what rows book; their bodies are read already, and there is none where it cannot be read."""
        for row, body in rows:
            if row.place in self._given_up:
                self._give_up(row.place, self._given_up[row.place])
            elif isinstance(body, DayEnded):
                self._compare(row.place, body)
            elif body is not None:
                self._post(row, body)

    def _post(self, row: Row, body: Body) -> None:
        if row.kind not in self._booked:
            self._count(row.place, row.business_date, row.kind, *body.control())
            return
        try:
            posted = post_in_force(row.event(), body, self._charts)
        except (PostingRefusedError, NoChartError) as error:
            self._found.add(Divergence(row.place, f"booking the {row.kind}", "an entry", str(error)))
            return
        self._count(row.place, row.business_date, row.kind, posted.book, posted.amount)
        if posted.entries:
            day = self._day(row.business_date)
            for entry in posted.entries:
                day.keep(entry)
            for between in self._between:
                if left := _unpaired(posted.entries, between):
                    day.unpaired.setdefault(between, []).append(left)

    def _day(self, day: date) -> DayBook:
        book = self.days.get(day)
        if book is None:
            book = self.days[day] = DayBook()
        return book

    def _give_up(self, place: Place, what: GivenUp) -> None:
        if what.total is not None:
            self._count(place, what.day, what.total.kind, what.total.book, what.total.amount)

    def _count(self, place: Place, day: date, kind: str, book: str, amount: int) -> None:
        total = self._counts[place.service, place.shard].setdefault((day, kind, book), [0, 0])
        total[0] += 1
        total[1] += amount

    def _compare(self, place: Place, body: DayEnded) -> None:
        """账证: keep the control totals of a shard's day that are not what was booked of it."""
        counts = self._counts[place.service, place.shard]
        taken = {(kind, book): counts.pop((day, kind, book)) for day, kind, book in [*counts] if day == body.day}
        sent = {(total.kind, total.book): (total.count, total.amount) for total in body.totals}
        for kind, book in sorted(taken.keys() | sent.keys()):
            declared, (count, amount) = sent.get((kind, book), (0, 0)), taken.get((kind, book), (0, 0))
            if declared != (count, amount):
                control = Control(place.service, place.shard, kind, book, declared, (count, amount))
                self._day(body.day).off.append(control)


def _unpaired(entries: Sequence[Entry], between: Between) -> Finding | None:
    """I-D: tell where one event moved what funds owe each other, in several of them, and not to nothing."""
    if len({entry.book for entry in entries if not entry.book.endswith("-memo")}) < 2:
        return None
    owing = [(entry.book, line.signed) for entry in entries for line in entry.lines if line.account in between]
    left = sum(signed for _, signed in owing)
    if not left:
        return None
    book, _ = min(owing)
    return unpaired_event(entries[0].cause, book, left)
