"""One way to write a fact down, so that the same fact is always the same bytes."""

import unicodedata
from collections.abc import Mapping

import orjson


class NotCanonicalError(ValueError):
    """A value that has no canonical form: a float, a key that is not ASCII, text that is not NFC."""


def canonical(value: Mapping[str, object]) -> bytes:
    """Write JSON with sorted keys, no blanks, UTF-8 in NFC, integers only.

    For integers and ASCII keys this is RFC 8785. Dates and UUIDs become their usual strings.
    """
    data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if not data.isascii() and not unicodedata.is_normalized("NFC", data.decode()):
        raise NotCanonicalError("text is not in Unicode normal form C")
    return data


def refuse_floats(value: object, path: str = "$") -> None:
    """Raise ``NotCanonicalError`` naming the place of the first float or non-ASCII key."""
    if isinstance(value, float):
        raise NotCanonicalError(f"{path} is a float; numbers here are integers")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise NotCanonicalError(f"{path} has a key that is not ASCII text: {key!r}")
            refuse_floats(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            refuse_floats(inner, f"{path}[{index}]")
