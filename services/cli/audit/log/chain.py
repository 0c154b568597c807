"""Every row of a shard must continue the row before it and carry the hash of its own bytes."""

from collections.abc import Container, Iterable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Self
from uuid import UUID

import orjson

from contracts.canonical import written
from contracts.envelope import GENESIS, Event, shard_of
from contracts.ids import uuid_of
from contracts.line import cut
from contracts.topics import Service
from services.cli.audit.log.divergence import Differences, Divergence, Place

_NOBODY = UUID(int=0)
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
        """Make the row of an event of a service's log. Raises ``TypeError`` where the body is no object."""
        said = orjson.loads(event.body)
        if not isinstance(said, dict):
            raise TypeError("a body is one object")
        return cls(
            Place(service, event.shard, event.seq),
            str(event.id),
            event.kind,
            event.version,
            event.stream,
            str(event.cause),
            event.business_date,
            event.body.encode(),
            said,
            event.hash.hex(),
            event.actor,
        )

    def unread(self) -> Self:
        """Forget what was read of the body: ``body_of`` reads it whole, from its bytes."""
        return self._replace(said={})

    def event(self) -> Event:
        """Give what posting looks at; who wrote the row when and why, and its neighbours, are left out."""
        _, shard, seq = self.place
        return Event(
            shard,
            seq,
            uuid_of(self.id),
            self.stream,
            self.kind,
            self.version,
            "",
            "",
            _NOBODY,
            self.business_date,
            _NO_TIME,
            GENESIS,
            GENESIS,
        )


Seen = tuple[Row, str, str, bool]
"""A row, and what ties it to its neighbours: the hash before, the hash that it must have, whether it is canonical."""


def read_chain(
    service: Service, shard: int, lines: Iterable[bytes], found: Differences, again: Container[str] = ()
) -> Iterator[Row]:
    """Read a shard's lines in order and check each against its neighbours and itself.

    Yields every row that can be read, also after a break, so that one edited byte does not hide the rest. Bodies of a
    kind in ``again`` are read up to their trace, and not held against the way bodies are written: who takes such a row
    makes its body again, byte by byte, or asks ``spelled``.
    """
    seq, last = 0, GENESIS.hex()
    for line in lines:
        here = Place(service, shard, seq + 1)
        try:
            row, prev, digest, canonical = _read(here, line, again) or _read_slowly(here, line)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            what = f"{type(error).__name__}: {error}"
            found.add(Divergence(here, "the line cannot be read", "a canonical line", what))
            seq += 1
            continue
        if row.place != here or prev != last or digest != row.hash or not canonical or not _at_home(row):
            _tell(here, (row, prev, digest, canonical), last, found)
        seq, last = row.place.seq, row.hash
        yield row


def spelled(row: Row, found: Differences) -> Row:
    """Read the whole body of a row that was read in part. Raises ``ValueError`` where it is no JSON."""
    said, canonical = _body(row.body)
    if not canonical:
        _tell_spelling(row.place, found)
    return row._replace(said=said)


def _tell(here: Place, seen: Seen, last: str, found: Differences) -> None:
    row, prev, digest, canonical = seen
    found.expect(here, "number of the row", here.seq, row.place.seq)
    found.expect(here, "shard of the row", here.shard, row.place.shard)
    found.expect(here, "hash of the row before", last, prev)
    found.expect(here, "hash of the row", digest, row.hash)
    if not canonical:
        _tell_spelling(here, found)
    if not _at_home(row):
        found.expect(here, "shard of the stream", shard_of(row.stream), row.place.shard)


def _tell_spelling(here: Place, found: Differences) -> None:
    found.add(Divergence(here, "the line is not canonical", "canonical bytes", "other bytes of the same content"))


def _at_home(row: Row) -> bool:
    """Tell whether a row stands in the shard of its stream; the end of a day is said in every shard."""
    return row.kind == "DayEnded" or _home(row.stream) == row.place.shard


_home = lru_cache(maxsize=4096)(shard_of)


def _read(here: Place, line: bytes, again: Container[str]) -> Seen | None:
    """Read a line by cutting it where a canonical line can be cut; None for one that is written otherwise."""
    written = cut(line.removesuffix(b"\n"))
    if written is None:
        return None
    actor, body, day, cause, own, number, kind, prev, moment, seq, shard, stream, version = written
    _moment(moment)
    what = _word(kind)
    said, canonical = (_stated(body), True) if what in again else _body(body)
    row = Row(
        here if int(seq) == here.seq and int(shard) == here.shard else Place(here.service, int(shard), int(seq)),
        number.decode(),
        what,
        int(version),
        stream.decode(),
        cause.decode(),
        _day(day),
        body,
        said,
        own.decode(),
        _word(actor),
    )
    return row, prev.decode(), written.digest().hex(), canonical


def _stated(body: bytes) -> dict[str, Any]:
    """Read what a body states before its trace, which is the larger part of it."""
    before, _, after = body.partition(b',"trace":[')
    said: dict[str, Any] = orjson.loads(before + b"}" if after else before)
    return said


def _body(body: bytes) -> tuple[dict[str, Any], bool]:
    """Read a body, and tell whether it is written as it must be."""
    said = orjson.loads(body)
    return said, written(said) == body


@lru_cache(maxsize=1024)  # rows are many; their kinds, people, days and moments of writing few
def _word(text: bytes) -> str:
    return text.decode()


@lru_cache(maxsize=64)
def _day(text: bytes) -> date:
    return date.fromisoformat(text.decode())


@lru_cache(maxsize=1024)
def _moment(text: bytes) -> datetime:
    return datetime.fromisoformat(text.decode())


def _read_slowly(here: Place, line: bytes) -> Seen:
    """Read a line of whatever form. Raises ``ValueError``, ``KeyError`` and the like where it is no row."""
    event = Event.from_line(line)
    row = Row.of(here.service, event)
    return (row, event.prev.hex(), event.digest().hex(), event.line() == line.rstrip(b"\n"))
