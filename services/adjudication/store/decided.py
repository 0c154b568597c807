"""What decisions mean for the tables (年度累计): they add to the year, and hold a stay and an invoice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from contracts.claims import Adjudicated, ClaimCancelled
from contracts.clawbacks import Clawback, ClawbackReversed
from contracts.envelope import Event
from services.adjudication.store.statements import (
    ADD_CHRONIC,
    ADD_SPENT,
    ADD_YEAR,
    DECIDED_AT_LAST,
    FREE_INVOICES,
    HOLD_INVOICES,
    HOLD_STAYS,
    INHERIT_INVOICES,
    KEEP_DECISIONS,
    RELEASE_STAYS,
    TAKE_CHRONIC,
    TAKE_SPENT,
    TAKE_YEAR,
)
from services.chassis.postgres import Connection

Json = Mapping[str, Any]
Sums = defaultdict[tuple[Any, ...], list[int]]

COUNTS = ("basic", "own_in_scope", "supplement", "assistance", "outpatient")


class _Effects:
    """The net effect of some events, gathered in memory so that each table is written once."""

    def __init__(self) -> None:
        self.decisions: list[tuple[Any, ...]] = []
        self.added: Sums = defaultdict(lambda: [0] * len(COUNTS))
        self.taken: Sums = defaultdict(lambda: [0] * len(COUNTS))
        self.chronic_added: Sums = defaultdict(lambda: [0])
        self.chronic_taken: Sums = defaultdict(lambda: [0])
        self.spent: Sums = defaultdict(lambda: [0])
        self.refunded: Sums = defaultdict(lambda: [0])
        self.held: dict[str, bool | None] = {}
        self.settled: list[str] = []

    def take_in(self, event: Event) -> None:
        body: Json = orjson.loads(event.body)
        if event.kind == Adjudicated.KIND:
            self._decide(event, body)
        elif event.kind == Clawback.KIND:
            self._take_back(body)
        elif event.kind == ClawbackReversed.KIND:
            _count(body, self.added, self.chronic_added)
        elif event.kind == ClaimCancelled.KIND:
            self.held[body["claim"]] = None
            self.settled.append(body["claim"])
            self._take_back(body)

    def _take_back(self, body: Json) -> None:
        _count(body, self.taken, self.chronic_taken)
        if body.get("account"):
            self.refunded[body["person"], body["book"]][0] += body["account"]

    def _decide(self, event: Event, body: Json) -> None:
        amounts, outcome, supersedes = body["amounts"], body["outcome"], body.get("supersedes")
        self.decisions.append(
            (
                body["claim"],
                body["round"],
                event.id,
                event.hash,
                outcome,
                body["reason"],
                orjson.dumps(body["findings"]).decode(),
                amounts["fund"],
                event.business_date,
                event.shard,
                event.seq,
                supersedes and UUID(supersedes),
            )
        )
        if body["round"] == 1:
            self.settled.append(body["claim"])
        if outcome == "pended" and supersedes:
            return
        self.held[body["claim"]] = None if outcome == "denied" else outcome == "approved"
        if outcome == "approved":
            _count(body, self.added, self.chronic_added)
            if amounts["account"]:
                self.spent[body["person"], body["book"]][0] += amounts["account"]


async def fold_decisions(connection: Connection, events: Sequence[Event]) -> None:
    """Fold decisions, clawbacks and cancellations, in the order of the log, in a few set-based statements."""
    effects = _Effects()
    for event in events:
        effects.take_in(event)
    held = {claim: approved for claim, approved in effects.held.items() if approved is not None}
    released = [claim for claim, approved in effects.held.items() if approved is None]
    await _write(connection, KEEP_DECISIONS, effects.decisions)
    await _write(connection, ADD_YEAR, _rows(effects.added))
    await _write(connection, ADD_CHRONIC, _rows(effects.chronic_added))
    await _write(connection, ADD_SPENT, _rows(effects.spent))
    await _write(connection, TAKE_YEAR, _rows(effects.taken))
    await _write(connection, TAKE_CHRONIC, _rows(effects.chronic_taken))
    await _write(connection, TAKE_SPENT, _rows(effects.refunded))
    if effects.settled:
        await connection.execute(DECIDED_AT_LAST, effects.settled)
    if released:
        await connection.execute(RELEASE_STAYS, released)
        await connection.execute(FREE_INVOICES, released)
        await connection.execute(INHERIT_INVOICES, released)
    if held:
        await connection.execute(HOLD_STAYS, list(held), list(held.values()))
        await connection.execute(HOLD_INVOICES, list(held))


def _count(body: Json, sums: Sums, chronic: Sums) -> None:
    counted = body["counted"]
    key = body["person"], body["book"], counted["year"]
    sum_ = sums[key]
    for index, name in enumerate(COUNTS):
        sum_[index] += counted[name]
    if counted["chronic"]:
        chronic[(*key, counted["disease"])][0] += counted["chronic"]


def _rows(sums: Sums) -> list[tuple[Any, ...]]:
    return [(*key, *values) for key, values in sums.items()]


async def _write(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        await connection.execute(statement, *columns)
