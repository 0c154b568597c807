"""What an auditor finds: one place in the history where the record and the replay differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import NamedTuple

from contracts.topics import SERVICES, Service

KEPT = 100
"""How many differences are told; the rest is counted."""


class Place(NamedTuple):
    """A row of a log."""

    service: Service
    shard: int
    seq: int

    def __str__(self) -> str:
        """Name the row as people do: ``adjudication/3/17``."""
        return f"{self.service}/{self.shard}/{self.seq}"


@dataclass(frozen=True)
class Divergence:
    """One difference: where it is, what the replay says, what the record says."""

    where: Place | str
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.where}: {self.what}; expected {self.expected}, found {self.found}"


class Differences:
    """Collects differences; keeps the first of them in the order of their places and counts the rest.

    Rows come before what belongs to no row, upstream services before those that read them: the first difference
    is the nearest to the cause, whoever finds it when.
    """

    def __init__(self) -> None:
        self.count = 0
        self._found: list[Divergence] = []

    @property
    def first(self) -> Sequence[Divergence]:
        """The first differences, in order."""
        return nsmallest(KEPT, self._found, key=_order)

    def expect(self, where: Place | str, what: str, expected: object, found: object) -> bool:
        """Compare; note a difference. Tells whether the two agree."""
        if expected == found:
            return True
        self.add(Divergence(where, what, short(expected), short(found)))
        return False

    def add(self, divergence: Divergence) -> None:
        """Note a difference."""
        self.count += 1
        self._found.append(divergence)
        if len(self._found) > 2 * KEPT:
            self._found = list(self.first)

    def take(self, others: Iterable["Differences"]) -> None:
        """Take over what was found elsewhere."""
        for other in others:
            self.count += other.count
            self._found += other.first


def short(value: object) -> str:
    """Show a value in at most 160 characters."""
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 160 else f"{text[:157]}..."


def _order(divergence: Divergence) -> tuple[int, int, int]:
    where = divergence.where
    if isinstance(where, str):
        return len(SERVICES), 0, 0
    return SERVICES.index(where.service), where.shard, where.seq
