"""One field of an input at a time (字段校验): take it, prove what it is, or refuse it with code, field, sentence."""

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date

from contracts.money import LARGEST_AMOUNT

Fields = Mapping[object, object]
ABSENT = object()


class Refused(Exception):  # noqa: N818 - it carries a verdict, and is turned into a value before it leaves the room
    """Ends the checks at the first fault."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.message = message


def as_object(value: object, field: str) -> Fields:
    """Prove that a value is a JSON object."""
    if isinstance(value, dict):
        return value
    raise _wrong(value, "NOT_AN_OBJECT", field, "an object")


def as_day(value: object, field: str) -> date:
    """Prove that a value is a calendar day written ``YYYY-MM-DD``."""
    if isinstance(value, str) and len(value) == 10 and value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _wrong(value, "NOT_A_DATE", field, "a day written YYYY-MM-DD")


def day(raw: Fields, key: str, path: str) -> date:
    """Take a required day."""
    return as_day(raw.get(key, ABSENT), path + key)


def day_or_null(raw: Fields, key: str, path: str) -> date | None:
    """Take a day that may be null but not absent."""
    value = raw.get(key, ABSENT)
    return None if value is None else as_day(value, path + key)


def amount(raw: Fields, key: str, path: str, default: object = ABSENT) -> int:
    """Take an integer from 0 to ``LARGEST_AMOUNT`` (fen or basis points)."""
    value = raw.get(key, default)
    if type(value) is int and 0 <= value <= LARGEST_AMOUNT:
        return value
    if type(value) is not int:
        raise _wrong(value, "NOT_AN_INTEGER", path + key, "an integer")
    if value < 0:
        raise _wrong(value, "NEGATIVE", path + key, "0 or more")
    raise _wrong(value, "TOO_LARGE", path + key, f"at most {LARGEST_AMOUNT}")


def amounts(raw: Fields, keys: Sequence[str], path: str) -> list[int]:
    """Take several amounts at once; one that is not given is 0."""
    return [
        value if type(value := raw.get(key, 0)) is int and 0 <= value <= LARGEST_AMOUNT else amount(raw, key, path)
        for key in keys
    ]


def flag(raw: Fields, key: str, path: str) -> bool:
    """Take true or false."""
    value = raw.get(key, ABSENT)
    if isinstance(value, bool):
        return value
    raise _wrong(value, "NOT_A_BOOLEAN", path + key, "true or false")


def text(raw: Fields, key: str, path: str) -> str:
    """Take text that is not empty."""
    value = raw.get(key, ABSENT)
    if isinstance(value, str) and value:
        return value
    raise _wrong(value, "NOT_TEXT", path + key, "text that is not empty")


def text_or_null(raw: Fields, key: str, path: str) -> str | None:
    """Take text that may be null but not absent."""
    value = raw.get(key, ABSENT)
    return None if value is None else text(raw, key, path)


def word(raw: Fields, key: str, path: str, known: Container[str]) -> str:
    """Take a word of a closed list; an unknown one is refused as ``UNKNOWN_<KEY>``."""
    value = raw.get(key, ABSENT)
    if isinstance(value, str) and value in known:
        return value
    choice = ", ".join(known) if isinstance(known, Iterable) else "the known ones"
    raise _wrong(value, f"UNKNOWN_{key.upper()}", path + key, f"one of {choice}")


def items(raw: Fields, key: str, path: str) -> list[object]:
    """Take a list."""
    value = raw.get(key, ABSENT)
    if isinstance(value, list):
        return value
    raise _wrong(value, "NOT_A_LIST", path + key, "a list")


def texts(raw: Fields, key: str, path: str) -> list[str]:
    """Take a list of texts."""
    values = items(raw, key, path)
    if not values:
        return []
    found = [value for value in values if isinstance(value, str)]
    if len(found) == len(values):
        return found
    raise Refused("NOT_TEXT", path + key, "every member must be text")


def said_twice(data: bytes | str) -> str | None:
    """Name a key that stands twice in one object of JSON; of its values a quick reader keeps only the last.

    Raises ``RecursionError`` for what is nested too deep.
    """
    try:
        json.loads(data, object_pairs_hook=_once, parse_int=str)
    except _TwiceError as twice:
        return str(twice)
    return None


class _TwiceError(Exception):
    """A key of an object was given twice."""


def _once(pairs: list[tuple[str, object]]) -> None:
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1))


def _wrong(value: object, code: str, field: str, wanted: str) -> Refused:
    if value is ABSENT:
        return Refused("MISSING", field, f"{field} is required: {wanted}")
    shown = type(value).__name__ if isinstance(value, dict | list) else repr(value)[:60]
    return Refused(code, field, f"{shown} is not {wanted}")
