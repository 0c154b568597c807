"""Every row of a shard must continue the row before it and carry the hash of its own bytes."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Self
from uuid import UUID

import orjson

from contracts.envelope import GENESIS, Event, shard_of
from contracts.line import cut
from contracts.topics import Service
from services.cli.audit.divergence import Differences, Divergence, Place

_NO_TIME = datetime.min.replace(tzinfo=UTC)


class Row(NamedTuple):
    """One row as an auditor needs it. ``said`` is the body as JSON values, ``body`` the bytes that were hashed."""

    place: Place
    id: str
    kind: str
    version: int
    stream: str
    cause: str
    business_date: date
    body: bytes
    said: dict[str, Any]
    hash: str
    actor: str = ""

    @classmethod
    def of(cls, service: Service, event: Event) -> Self:
        """Make the row of an event of a service's log."""
        return cls(
            Place(service, event.shard, event.seq),
            str(event.id),
            event.kind,
            event.version,
            event.stream,
            str(event.cause),
            event.business_date,
            event.body.encode(),
            orjson.loads(event.body),
            event.hash.hex(),
            event.actor,
        )

    def event(self) -> Event:
        """Give what posting looks at; who wrote the row when, and its neighbours, are left out."""
        return Event(
            shard=self.place.shard,
            seq=self.place.seq,
            id=UUID(self.id),
            stream=self.stream,
            kind=self.kind,
            version=self.version,
            body="",
            actor="",
            cause=UUID(self.cause),
            business_date=self.business_date,
            recorded_at=_NO_TIME,
            prev=GENESIS,
            hash=GENESIS,
        )


class _Seen(NamedTuple):
    """A row, with what ties it to its neighbours."""

    row: Row
    prev: str
    digest: str
    canonical: bool


def read_chain(service: Service, shard: int, lines: Iterable[bytes], found: Differences) -> Iterator[Row]:
    """Read a shard's lines in order and check each against its neighbours and itself.

    Yields every row that can be read, also after a break, so that one edited byte does not hide the rest.
    """
    seq, prev = 0, GENESIS.hex()
    for line in lines:
        here = Place(service, shard, seq + 1)
        try:
            seen = _read(here, line) or _read_slowly(here, line)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            what = f"{type(error).__name__}: {error}"
            found.add(Divergence(here, "the line cannot be read", "a canonical line", what))
            seq += 1
            continue
        _check(here, seen, prev, found)
        seq, prev = seen.row.place.seq, seen.row.hash
        yield seen.row


def _check(here: Place, seen: _Seen, prev: str, found: Differences) -> None:
    row = seen.row
    if row.place == here and seen.prev == prev and seen.digest == row.hash and seen.canonical and _at_home(row):
        return
    found.expect(here, "number of the row", here.seq, row.place.seq)
    found.expect(here, "shard of the row", here.shard, row.place.shard)
    found.expect(here, "hash of the row before", prev, seen.prev)
    found.expect(here, "hash of the row", seen.digest, row.hash)
    if not seen.canonical:
        found.add(Divergence(here, "the line is not canonical", "canonical bytes", "other bytes of the same content"))
    if not _at_home(row):
        found.expect(here, "shard of the stream", shard_of(row.stream), row.place.shard)


def _at_home(row: Row) -> bool:
    """Tell whether a row stands in the shard of its stream; the end of a day is said in every shard."""
    return row.kind == "DayEnded" or _home(row.stream) == row.place.shard


_home = lru_cache(maxsize=4096)(shard_of)


def _read(here: Place, line: bytes) -> _Seen | None:
    """Read a line by cutting it where a canonical line can be cut; None for one that is written otherwise."""
    written = cut(line.removesuffix(b"\n"))
    if written is None:
        return None
    said = orjson.loads(written.body)
    datetime.fromisoformat(written.recorded_at.decode())
    row = Row(
        Place(here.service, int(written.shard), int(written.seq)),
        written.id.decode(),
        written.kind.decode(),
        int(written.version),
        written.stream.decode(),
        written.cause.decode(),
        _day(written.business_date),
        written.body,
        said,
        written.hash.decode(),
        written.actor.decode(),
    )
    canonical = orjson.dumps(said, option=orjson.OPT_SORT_KEYS) == written.body
    return _Seen(row, written.prev.decode(), written.digest().hex(), canonical)


@lru_cache(maxsize=64)
def _day(text: bytes) -> date:
    return date.fromisoformat(text.decode())


def _read_slowly(here: Place, line: bytes) -> _Seen:
    """Read a line of whatever form. Raises ``ValueError``, ``KeyError`` and the like where it is no row."""
    event = Event.from_line(line)
    row = Row.of(here.service, event)
    return _Seen(row, event.prev.hex(), event.digest().hex(), event.line() == line.rstrip(b"\n"))
