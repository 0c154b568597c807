"""Every row of a shard must continue the row before it and carry the hash of its own bytes."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from contracts.envelope import GENESIS, Event, shard_of
from contracts.topics import Service
from services.cli.audit.divergence import Differences, Divergence, Place

_UUID = rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TEXT = rb'[^"\\\x00-\x1f]*'
_LINE = re.compile(
    rb'\{"actor":"(' + _TEXT + rb')","body":(\{.*\}),"business_date":"(\d{4}-\d\d-\d\d)"'
    rb',"cause":"(' + _UUID + rb')","hash":"([0-9a-f]{64})","id":"(' + _UUID + rb')","kind":"([A-Za-z]+)"'
    rb',"prev":"([0-9a-f]{64})","recorded_at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"'
    rb',"seq":([1-9]\d{0,17}),"shard":(0|[1-9]\d?),"stream":"(' + _TEXT + rb')","version":([1-9]\d{0,3})\}\n?',
    re.DOTALL,
)
"""A canonical line; only a name with a quotation mark in it is written otherwise, and is read the long way."""


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
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    actor, body, day, cause, own, number, kind, prev, moment, seq, shard, stream, version = match.groups()
    said = orjson.loads(body)
    datetime.fromisoformat(moment.decode())
    actor.decode()
    columns = (shard, seq, number, stream, kind, version, body, actor, cause, day, moment)
    parts = [part for column in columns for part in (_length(len(column)), column)]
    row = Row(
        Place(here.service, int(shard), int(seq)),
        number.decode(),
        kind.decode(),
        int(version),
        stream.decode(),
        cause.decode(),
        _day(day),
        body,
        said,
        own.decode(),
    )
    digest = hashlib.sha256(bytes.fromhex(prev.decode()) + b"".join(parts)).hexdigest()
    return _Seen(row, prev.decode(), digest, orjson.dumps(said, option=orjson.OPT_SORT_KEYS) == body)


@lru_cache(maxsize=4096)
def _length(count: int) -> bytes:
    """Write the length that goes before a column in the hash."""
    return count.to_bytes(4, "big")


@lru_cache(maxsize=64)
def _day(text: bytes) -> date:
    return date.fromisoformat(text.decode())


def _read_slowly(here: Place, line: bytes) -> _Seen:
    """Read a line of whatever form. Raises ``ValueError``, ``KeyError`` and the like where it is no row."""
    event = Event.from_line(line)
    row = Row(
        Place(here.service, event.shard, event.seq),
        str(event.id),
        event.kind,
        event.version,
        event.stream,
        str(event.cause),
        event.business_date,
        event.body.encode(),
        orjson.loads(event.body),
        event.hash.hex(),
    )
    return _Seen(row, event.prev.hex(), event.digest().hex(), event.line() == line.rstrip(b"\n"))
