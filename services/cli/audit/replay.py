"""The whole audit: read four logs, decide, pay, book and seal again, and say where the record differs."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contracts.claims import Adjudicated, PackPublished, ProviderChanged
from contracts.envelope import SHARDS, Event
from contracts.topics import SERVICES, Service
from services.cli.audit.batches import Payments
from services.cli.audit.chain import read_chain
from services.cli.audit.decisions import published, redecide
from services.cli.audit.divergence import Differences, Divergence
from services.cli.audit.journal import Journal
from services.cli.audit.seals import Seals, marks_of
from services.cli.audit.source import LogSource

Logs = Mapping[Service, Sequence[Sequence[Event]]]

Watch = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


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
    outcomes: Counter[str] = field(default_factory=Counter)
    """How many claims stand approved, denied, pended."""
    totals: Counter[str] = field(default_factory=Counter)
    """billed, fund, hospital, person of the decisions that stand, fen."""

    def count(self, decision: Adjudicated) -> None:
        """Add a decision that stands."""
        amounts = decision.amounts
        self.outcomes[decision.outcome] += 1
        self.totals.update(billed=amounts.total, fund=amounts.fund, hospital=amounts.hospital, person=amounts.person)

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
        }


def audit(source: LogSource, keys: Mapping[str, Ed25519PublicKey], watch: Watch) -> Report:
    """Replay everything that ``source`` holds, with the public keys that the auditor trusts."""
    began = time.monotonic()
    found = Differences()
    logs = _read(source, found, watch)
    report = Report(events=sum(len(shard) for shards in logs.values() for shard in shards))
    _decide(logs, report, found, watch)
    _pay(logs, found)
    journal = _book(logs, found, watch)
    seals = _seal(logs, journal, keys, found)
    report.entries = journal.entries
    report.seals = seals.checked
    report.differences = found.count
    report.roots_equal = not any(d.what.startswith("root of") for d in found.first)
    report.first = tuple(found.first)
    report.seconds = time.monotonic() - began
    return report


def _read(source: LogSource, found: Differences, watch: Watch) -> Logs:
    logs: dict[Service, list[list[Event]]] = {}
    for n, service in enumerate(SERVICES):
        logs[service] = []
        for shard in range(SHARDS):
            logs[service].append(list(read_chain(service, shard, source.lines(service, shard), found)))
            watch("reading the logs and checking the chains", n * SHARDS + shard + 1, len(SERVICES) * SHARDS)
    return logs


def _decide(logs: Logs, report: Report, found: Differences, watch: Watch) -> None:
    said = [event for shard in logs["adjudication"] for event in shard if event.kind in PUBLISHED]
    rules = published(said)
    for shard in range(SHARDS):
        walked = redecide(shard, logs["enrollment"][shard], logs["adjudication"][shard], rules, found)
        report.decisions += walked.decisions
        for decision in walked.standing.values():
            report.count(decision)
        watch("deciding every claim again", shard + 1, SHARDS)


PUBLISHED = frozenset({PackPublished.KIND, ProviderChanged.KIND})


def _pay(logs: Logs, found: Differences) -> None:
    payments = Payments()
    for shard in logs["adjudication"]:
        for event in shard:
            payments.allow(event)
    for shard in logs["payment"]:
        payments.take_in(shard, found)
    payments.close(found)


def _book(logs: Logs, found: Differences, watch: Watch) -> Journal:
    journal = Journal([event for shard in logs["ledger"] for event in shard])
    for n, service in enumerate(SERVICES):
        for shard in range(SHARDS):
            journal.post(service, logs[service][shard], found)
            watch("booking everything again", n * SHARDS + shard + 1, len(SERVICES) * SHARDS)
    return journal


def _seal(logs: Logs, journal: Journal, keys: Mapping[str, Ed25519PublicKey], found: Differences) -> Seals:
    marks = {}
    for service in SERVICES:
        for shard in logs[service]:
            marks.update(marks_of(service, shard))
    seals = Seals(journal, marks, keys, found)
    for shard in logs["ledger"]:
        for event in shard:
            seals.check(event)
    return seals
