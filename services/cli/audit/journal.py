"""Book the whole history again: the journal is a function of the logs, and every seal must come out the same."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from contracts.catalogue import UnknownKindError, parse
from contracts.envelope import Event
from contracts.ledger import ChartPublished, VoucherApproved
from services.cli.audit.divergence import Differences, Divergence
from services.ledger.decide.charts import Charts, charts_of
from services.ledger.decide.merkle import leaf_hash
from services.ledger.decide.numbering import entry_bytes, voucher_order
from services.ledger.decide.post import post
from services.ledger.model import Entry, PostingRefusedError

Leaf = tuple[tuple[str, str, bytes], bytes]
"""The sort key of an entry and the hash of what it says: all that a day's tree needs."""


class Movement(NamedTuple):
    """What moved on an account of a book on a day, fen."""

    debit: int
    credit: int


class Journal:
    """The journal, posted again from the logs; of every entry it keeps the leaf, of every account the sums."""

    def __init__(self, ledger: Sequence[Event]) -> None:
        self.entries = 0
        self.leaves: defaultdict[date, list[Leaf]] = defaultdict(list)
        self.lines: defaultdict[date, int] = defaultdict(int)
        self.moved: defaultdict[date, dict[tuple[str, str], Movement]] = defaultdict(dict)
        self._charts = _charts(ledger)

    def post(self, source: str, events: Iterable[Event], found: Differences) -> None:
        """Post what these events book."""
        for event in events:
            if source == "ledger" and event.kind != VoucherApproved.KIND:
                continue
            try:
                entries = post(event, self._charts.at(event.business_date))
            except (PostingRefusedError, UnknownKindError, ValidationError) as error:
                where = f"{source}/{event.shard}/{event.seq}"
                found.add(Divergence(where, f"booking the {event.kind}", "an entry", str(error)))
                continue
            for entry in entries:
                self._keep(entry)

    def _keep(self, entry: Entry) -> None:
        self.entries += 1
        day = entry.business_date
        self.leaves[day].append((voucher_order(entry), leaf_hash(entry_bytes(entry))))
        self.lines[day] += len(entry.lines)
        moved = self.moved[day]
        for line in entry.lines:
            debit, credit = moved.get((entry.book, line.account), (0, 0))
            moved[entry.book, line.account] = (
                Movement(debit + line.amount, credit) if line.side == "D" else Movement(debit, credit + line.amount)
            )


def _charts(ledger: Sequence[Event]) -> Charts:
    """Read the published charts: the first is in force from ever, a later one from the day after."""
    rows: list[tuple[date, str]] = []
    for event in ledger:
        body = parse(event) if event.kind == ChartPublished.KIND else None
        if isinstance(body, ChartPublished) and body.content not in [content for _, content in rows]:
            rows.append((event.business_date if rows else date.min, body.content))
    return charts_of(rows)
