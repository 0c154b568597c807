"""One way to write a fact down, so that the same fact is always the same bytes."""

import re
import unicodedata
from collections.abc import Mapping

import orjson

_ASCII = bytes(range(128))
_ALWAYS_NFC = re.compile("[\\u00a0-\\u02ff\\u2010-\\u206f\\u3000-\\u3029\\u3105-\\u9fff\\uff00-\\uffef]*")
"""Latin, punctuation and Chinese characters that are in normal form whatever stands beside them."""


class NotCanonicalError(ValueError):
    """A value that has no canonical form: a float, a key that is not ASCII, text that is not NFC."""


def canonical(value: Mapping[str, object]) -> bytes:
    """Write JSON with sorted keys, no blanks, UTF-8 in NFC, integers only.

    For integers and ASCII keys this is RFC 8785. Dates and UUIDs become their usual strings.
    """
    data = written(value)
    if not data.isascii() and not is_normal(data):
        raise NotCanonicalError("text is not in Unicode normal form C")
    return data


def written(value: object) -> bytes:
    """Write what was canonical when it was first written down: nothing is asked of its text."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def is_normal(text: bytes) -> bool:
    """Tell whether UTF-8 is in normal form C; of Chinese among ASCII, at half the usual cost."""
    foreign = text.translate(None, _ASCII).decode()
    return _ALWAYS_NFC.fullmatch(foreign) is not None or unicodedata.is_normalized("NFC", text.decode())


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
