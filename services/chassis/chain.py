"""Which of the events at hand continue what was taken in already: numbers without a gap, hashes that link."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from contracts.envelope import Event


class Position(NamedTuple):
    """How far a shard of a source is taken in."""

    seq: int
    hash: bytes


class Followed(NamedTuple):
    """What can be taken in now, and in which shards something does not fit and the feed must be asked."""

    events: list[Event]
    broken: set[int]


class ForkError(Exception):
    """A source contradicts what was taken in from it: its history was changed, or lost."""


def genuine(line: bytes, shard: int) -> Event | None:
    """Read a line that came for a shard; None when it is not an event of that shard with the hash it must have."""
    try:
        event = Event.proven(line)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
    return event if event.shard == shard else None


def follow(positions: Mapping[int, Position], events: Iterable[Event]) -> Followed:
    """Sort out events of one source: duplicates are dropped, what arrived out of order is put in order.

    Where the same number comes twice, the first one counts.
    """
    by_shard: dict[int, dict[int, Event]] = {}
    for event in events:
        by_shard.setdefault(event.shard, {}).setdefault(event.seq, event)
    fresh: list[Event] = []
    broken = set()
    for shard, numbered in by_shard.items():
        seq, last = positions[shard]
        if seq in numbered and numbered[seq].hash != last:
            broken.add(shard)
        while (following := numbered.get(seq + 1)) is not None and following.prev == last:
            fresh.append(following)
            seq, last = following.seq, following.hash
        if max(numbered) > seq:
            broken.add(shard)
    return Followed(fresh, broken)


def prove(page: Sequence[Event], shard: int, position: Position) -> None:
    """Check a page of the source's own feed, which begins with the event at ``position`` (unless that is 0).

    The feed is the truth, so a page that does not link is proof of a fork. Raises ``ForkError``.
    """
    seq = position.seq
    if seq:
        if not page:
            raise ForkError(f"shard {shard} of the source has lost event {seq} and what came after")
        anchor, *page = page
        if (anchor.seq, anchor.hash) != position:
            raise ForkError(f"event {seq} of shard {shard} of the source is not the one that was taken in")
    link(page, shard, position)


def link(page: Sequence[Event], shard: int, position: Position) -> None:
    """Check that events of a feed follow the position without a gap. Raises ``ForkError``."""
    seq, last = position
    for event in page:
        if (event.shard, event.seq, event.prev) != (shard, seq + 1, last) or event.digest() != event.hash:
            raise ForkError(f"event {seq + 1} of shard {shard} of the source does not continue its log")
        seq, last = event.seq, event.hash
