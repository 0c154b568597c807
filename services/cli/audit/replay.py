"""The whole audit: read four logs, decide, pay, book and seal again, and say where the record differs."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contracts.closing import DayClosed, MonthClosed, YearClosed
from contracts.envelope import SHARDS
from contracts.topics import SERVICES
from services.cli.audit.batches import no_more_than_approved, no_more_than_held
from services.cli.audit.beyond import Beyond, beyond, check_extent
from services.cli.audit.books.journal import joined
from services.cli.audit.books.papers import together
from services.cli.audit.books.seals import Replayed, Seals
from services.cli.audit.claims.oversight import check_cited
from services.cli.audit.crew import walk_all
from services.cli.audit.files import check_files
from services.cli.audit.giving_up import check_given_up, in_words
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Divergence
from services.cli.audit.log.reading import body_of
from services.cli.audit.log.source import Archive, Feeds, LogSource, fetched
from services.cli.audit.walk import Walked
from services.ledger.decide.seal import Closed, head_of

Watch = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

Keys = Mapping[str, Ed25519PublicKey]
"""The public keys of the seals that the auditor trusts, by kid."""


@dataclass
class Report:
    """What an audit found. ``roots_equal`` says that every sealed root came out the same."""

    events: int = 0
    decisions: int = 0
    entries: int = 0
    seals: int = 0
    differences: int = 0
    roots_equal: bool = True
    seconds: float = 0.0
    first: Sequence[Divergence] = field(default_factory=tuple)
    given_up: Sequence[str] = ()
    """Every event that a service never took in because two people gave it up, in a sentence."""
    beyond: Sequence[Beyond] = ()
    """The rows of every shard of the sources after the day that was sealed last."""
    untold: Sequence[str] = ()
    """What only the archive of the next days can tell: what the bank alone has when an archive ends, in a sentence."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """How many claims stand approved, denied, pended."""
    totals: Counter[str] = field(default_factory=Counter)
    """billed, fund, hospital, person of the decisions that stand, fen."""

    def as_json(self) -> dict[str, Any]:
        """Write the report for machines."""
        return {
            "events": self.events,
            "decisions": self.decisions,
            "entries": self.entries,
            "seals": self.seals,
            "differences": self.differences,
            "roots_equal": self.roots_equal,
            "outcomes": dict(self.outcomes),
            "totals": dict(self.totals),
            "seconds": round(self.seconds, 3),
            "first": [str(divergence) for divergence in self.first],
            "given_up": list(self.given_up),
            "untold": list(self.untold),
            "after_the_last_seal": [one._asdict() for one in self.beyond],
        }


def audit(source: LogSource, keys: Keys, watch: Watch, processes: int | None = None) -> Report:
    """Replay everything that ``source`` holds, with the public keys that the auditor trusts.

    Feeds are copied into files first. ``processes`` is how many walk at once; as many as there are cores, where
    nothing is said and there is enough to do.
    """
    began = time.monotonic()
    with at_hand(source, watch) as files:
        report = _audit(files, keys, watch, processes)
    report.seconds = time.monotonic() - began
    return report


@contextmanager
def at_hand(source: LogSource, watch: Watch) -> Iterator[LogSource]:
    """Give the logs where they can be read more than once: feeds are copied into files until the block ends."""
    if not isinstance(source, Feeds):
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="claims-audit-") as place:
        total = len(SERVICES) * SHARDS
        yield fetched(source, Path(place), lambda done: watch("reading the logs", done, total))


def _audit(source: LogSource, keys: Keys, watch: Watch, processes: int | None) -> Report:
    found = Differences()
    walked = walk_all(source, watch, processes, found)
    # what cannot be read is told by ``concluded``
    seals, ends = {head_of(body).period: body for _, body in _sealed(walked, Differences())}, walked[0].ends
    last = _last_day(seals.values())
    after = beyond(source, last, ends)
    kept: Mapping[str, bytes] = {}
    if isinstance(source, Archive):
        kept = source.seals()
        check_files(source.directory, seals, found)
    if last and ends:
        check_extent(source, last, after, found)
    report = concluded(walked, keys, kept, found)
    report.beyond = after
    return report


def _sealed(walked: Sequence[Walked], found: Differences) -> list[tuple[Row, Closed]]:
    """Read the seals that stand in the ledger's log."""
    rows = [row for one in walked for row in one.seals]
    bodies = [(row, body_of(row, found)) for row in rows]
    return [(row, body) for row, body in bodies if isinstance(body, DayClosed | MonthClosed | YearClosed)]


def _last_day(seals: Iterable[Closed]) -> DayClosed | None:
    return max((one for one in seals if isinstance(one, DayClosed)), key=lambda one: one.day, default=None)


def concluded(walked: Sequence[Walked], keys: Keys, kept: Mapping[str, bytes], found: Differences) -> Report:
    """Lay together what was seen in the shards, check what belongs to no shard alone, and make every seal again.

    ``kept`` are seals that were kept beside the logs, by period: they must stand in the logs.
    """
    report = Report()
    found.take(one.found for one in walked)
    for one in walked:
        report.events += one.events
        report.decisions += one.decisions
        report.outcomes.update(one.outcomes)
        report.totals.update(one.totals)
    approved = {claim: fund for one in walked for claim, fund in one.approved.items()}
    no_more_than_approved(approved, (one.paid for one in walked), found)
    sealed, ends = _sealed(walked, found), walked[0].ends
    last = _last_day(body for _, body in sealed)
    whole_until = last.day if ends and last else date.max
    held = (moved for one in walked for moved in one.held)
    no_more_than_held(held, (one.lapses for one in walked), whole_until, found)
    journal = joined(one.journal for one in walked)
    report.entries = sum(day.entries for day in journal.values())
    marks = {place: mark for one in walked for place, mark in one.marks.items()}
    about = {number: one for walk in walked for number, one in walk.about.items()}
    check_cited((one for walk in walked for one in walk.cited), about, found)
    given_up = [one for walk in walked for one in walk.given_up]
    named = {place: own for one in walked for place, own in one.named.items()}
    check_given_up(given_up, named, ends, found)
    report.given_up = [in_words(place, what) for place, what in given_up]
    never_booked = [what for place, what in given_up if place.service == "ledger"]
    papers = together(one.papers for one in walked)
    seals = Seals(Replayed(journal, marks, never_booked, papers, named, ends), keys, found)
    texts: dict[str, bytes] = {}
    for row, body in sealed:
        texts.setdefault(head_of(body).period, row.body)
        seals.check(row, body)
    report.seals = len(sealed)
    for period, text in kept.items():
        found.expect(f"seals/{period}.json", "the seal stands in the log", True, texts.get(period) == text)
    report.differences = found.count
    report.first = found.first
    report.roots_equal = seals.roots_equal
    report.untold = seals.untold()
    return report
