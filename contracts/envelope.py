"""One row of a log: what happened, who caused it, on which business day, chained to the row before."""

import hashlib
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, Self
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict

from contracts.canonical import canonical, written
from contracts.ids import derived, uuid_of
from contracts.line import cut, digest

SHARDS = 16
"""For ever: see docs/decisions."""

GENESIS = bytes(32)
"""The ``prev`` of the first event of every shard."""


_put = object.__setattr__


@lru_cache
def _fields(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)  # for all parts of a model: nobody adds to it, and it is larger than the part


class Part(BaseModel):
    """A piece of an event: frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @classmethod
    def trusted(cls, **values: Any) -> Self:
        """Make a part of values that were checked before, every field given by its name: nothing is looked at again.

        It is what ``model_construct`` makes, which spends twice as long on aliases and defaults.
        """
        return cls.adopted(values)

    @classmethod
    def adopted(cls, values: dict[str, Any]) -> Self:
        """Make a part as ``trusted`` does, which keeps the values as they lie in their dictionary."""
        made = cls.__new__(cls)
        _put(made, "__dict__", values)
        _put(made, "__pydantic_fields_set__", _fields(cls))
        _put(made, "__pydantic_extra__", None)
        _put(made, "__pydantic_private__", None)
        return made


class Body(Part):
    """What an event says, of one kind and one version."""

    KIND: ClassVar[str]
    VERSION: ClassVar[int] = 1

    def control(self) -> tuple[str, int]:
        """Give the book and the fen that this event counts for in the day's control totals."""
        return "", 0

    def canonical(self) -> bytes:
        """Write the body as the bytes that are stored, hashed, sent and replayed."""
        return canonical(self.model_dump(by_alias=True))


class Event(NamedTuple):
    """One row of a log. ``body`` is canonical JSON text; hashes are 32 raw bytes."""

    shard: int
    seq: int
    id: UUID
    stream: str
    kind: str
    version: int
    body: str
    actor: str
    cause: UUID
    business_date: date
    recorded_at: datetime
    prev: bytes
    hash: bytes

    def line(self) -> bytes:
        """Write the row as one canonical JSON object: Kafka value, feed line and archive line alike."""
        row = self._asdict()
        row["body"] = orjson.Fragment(self.body)
        row["prev"] = self.prev.hex()
        row["hash"] = self.hash.hex()
        row["recorded_at"] = _instant(self.recorded_at)
        return written(row)

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read a line back. The hash is not trusted: ask ``digest``. Raises ``ValueError``, ``KeyError``."""
        row: dict[str, Any] = orjson.loads(line)
        return cls(
            shard=row["shard"],
            seq=row["seq"],
            id=UUID(row["id"]),
            stream=row["stream"],
            kind=row["kind"],
            version=row["version"],
            body=written(row["body"]).decode(),
            actor=row["actor"],
            cause=UUID(row["cause"]),
            business_date=date.fromisoformat(row["business_date"]),
            recorded_at=datetime.fromisoformat(row["recorded_at"]),
            prev=bytes.fromhex(row["prev"]),
            hash=bytes.fromhex(row["hash"]),
        )

    @classmethod
    def proven(cls, line: bytes) -> Self:
        """Read a line that is written as ``line`` writes it and carries the hash that it must; any other is refused.

        The hash is computed from the bytes of the line, and the body is not looked into. Raises ``ValueError``,
        ``KeyError`` and the like.
        """
        parts = cut(line)
        if parts is None:
            event = cls.from_line(line)
            numbers = {type(event.shard), type(event.seq), type(event.version)}
            if numbers != {int} or event.digest() != event.hash or event.line() != line:
                raise ValueError("the line is not what its hash was made of")
            return event
        own = bytes.fromhex(parts.hash.decode())
        if parts.digest() != own:
            raise ValueError("the line does not have the hash that it must have")
        return cls(
            shard=int(parts.shard),
            seq=int(parts.seq),
            id=uuid_of(parts.id.decode()),
            stream=parts.stream.decode(),
            kind=parts.kind.decode(),
            version=int(parts.version),
            body=parts.body.decode(),
            actor=parts.actor.decode(),
            cause=uuid_of(parts.cause.decode()),
            business_date=date.fromisoformat(parts.business_date.decode()),
            recorded_at=datetime.fromisoformat(parts.recorded_at.decode()),
            prev=bytes.fromhex(parts.prev.decode()),
            hash=own,
        )

    def digest(self) -> bytes:
        """Compute the hash that this row must carry, from its columns as text (``contracts.line.digest``)."""
        columns = (
            str(self.shard),
            str(self.seq),
            str(self.id),
            self.stream,
            self.kind,
            str(self.version),
            self.body,
            self.actor,
            str(self.cause),
            self.business_date.isoformat(),
            _instant(self.recorded_at),
        )
        return digest(self.prev, map(str.encode, columns))


def event_id(cause: UUID, kind: str, n: int = 0) -> UUID:
    """Derive an event's id from its cause, so that doing a thing twice makes the same id."""
    return derived(cause, f"{kind}/{n}")


def shard_of(stream: str) -> int:
    """Find the shard of a stream: SHA-256 modulo 16."""
    return hashlib.sha256(stream.encode()).digest()[-1] % SHARDS


@lru_cache(maxsize=256)  # the events of one batch share their moment
def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
