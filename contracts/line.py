"""A line of a log as bytes: cut into its columns by its form alone, and hashed as it stands."""

import hashlib
import re
from binascii import unhexlify
from collections.abc import Iterable
from typing import NamedTuple

_SHORT = 256
_LENGTHS = tuple(length.to_bytes(4) for length in range(_SHORT))
_UUID_LENGTH = _LENGTHS[36]
_DAY_LENGTH = _LENGTHS[10]
_MOMENT_LENGTH = _LENGTHS[27]

_UUID = rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TEXT = rb'[^"\\\x00-\x1f]*'
_LINE = re.compile(
    rb'\{"actor":"(' + _TEXT + rb')","body":(\{.*\}),"business_date":"(\d{4}-\d\d-\d\d)"'
    rb',"cause":"(' + _UUID + rb')","hash":"([0-9a-f]{64})","id":"(' + _UUID + rb')","kind":"([A-Za-z]+)"'
    rb',"prev":"([0-9a-f]{64})","recorded_at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"'
    rb',"seq":([1-9]\d{0,17}),"shard":(0|[1-9]\d?),"stream":"(' + _TEXT + rb')","version":([1-9]\d{0,3})\}',
    re.DOTALL,
)


class Columns(NamedTuple):
    """The columns of a line in the order of the line, as they are hashed; ``hash`` and ``prev`` in lower-case hex."""

    actor: bytes
    body: bytes
    business_date: bytes
    cause: bytes
    hash: bytes
    id: bytes
    kind: bytes
    prev: bytes
    recorded_at: bytes
    seq: bytes
    shard: bytes
    stream: bytes
    version: bytes

    def digest(self) -> bytes:
        """Compute the hash that the line must carry, from its own bytes: as ``digest`` does, which knows no lengths."""
        actor, body, day, cause, _, number, kind, prev, moment, seq, shard, stream, version = self
        first = (unhexlify(prev), _LENGTHS[len(shard)], shard, _LENGTHS[len(seq)], seq, _UUID_LENGTH, number)
        second = (_length(stream), stream, _length(kind), kind, _LENGTHS[len(version)], version, _length(body), body)
        third = (_length(actor), actor, _UUID_LENGTH, cause, _DAY_LENGTH, day, _MOMENT_LENGTH, moment)
        return hashlib.sha256(b"".join((*first, *second, *third))).digest()


def cut(line: bytes) -> Columns | None:
    """Cut a line, without its line break, where a canonical line can be cut.

    None for one of another form: it is not canonical, or a name in it holds a quotation mark. The body is not looked
    into, and nothing says that the dates exist.
    """
    match = _LINE.fullmatch(line)
    return None if match is None else Columns._make(match.groups())


def digest(prev: bytes, columns: Iterable[bytes]) -> bytes:
    """Hash a row: SHA-256 over ``prev`` and every other column, each behind its length in bytes (4, big-endian).

    The columns are ``shard, seq, id, stream, kind, version, body, actor, cause, business_date, recorded_at`` as text.
    """
    measured = [prev]
    for text in columns:
        measured += (_length(text), text)
    return hashlib.sha256(b"".join(measured)).digest()


def _length(text: bytes) -> bytes:
    length = len(text)
    return _LENGTHS[length] if length < _SHORT else length.to_bytes(4)
