"""Read JSON as a careful clerk would: nothing said twice, no fractions, no hidden characters."""

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from services.chassis.errors import BadInput, Fault

DEEPEST = 16
LARGEST_INTEGER = 2**63 - 1

_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters other than tab and newline, and halves of surrogate pairs: PostgreSQL or UTF-8 refuse them."""

Path = tuple[str | int, ...]
Json = Any


class _Doubled(dict[str, Json]):
    """An object in which a key came twice; the keys that did are kept for the complaint."""

    twice: tuple[str, ...] = ()


def strict_json(data: bytes) -> Json:
    """Parse UTF-8 JSON whose numbers are integers of 64 bits and whose keys are unique.

    Raises ``BadInput``: 400 MALFORMED_JSON with line and column; 422 with all faults found, each with its
    dotted path: DUPLICATE_KEY, NOT_AN_INTEGER, TOO_LARGE, HIDDEN_CHARACTER, TOO_DEEP.
    """
    try:
        value = orjson.loads(data)
        # without these no text can hold a hidden character that orjson lets pass
        if data.isascii() and b"\\" not in data and b"\x7f" not in data and _keys(value, 1) == data.count(b":"):
            return value
    except (orjson.JSONDecodeError, _Doubtful):
        pass
    return _carefully(data, _DECODER)


def decimals_as_text(data: bytes) -> bytes:
    """Read JSON as strictly, but write numbers with a fraction as text, digit for digit: for messages in yuan."""
    return orjson.dumps(_carefully(data, _DECIMALS))


class _Doubtful(Exception):  # noqa: N818 - not an error yet: somebody slower has to look
    """The quick look found something that needs the careful one."""


def _keys(node: Json, depth: int) -> int:
    """Count the keys of a value whose numbers are in order and that is not too deep. Raises ``_Doubtful``.

    As many keys as there are colons means that none was given twice (orjson keeps only the last one)
    and that no text holds a colon; where one does, the careful look decides.
    """
    if depth > DEEPEST:
        raise _Doubtful
    keys = len(node) if type(node) is dict else 0
    for child in node.values() if type(node) is dict else node if type(node) is list else (node,):
        kind = type(child)
        if kind is dict or kind is list:
            keys += _keys(child, depth + 1)
        elif kind is float or (kind is int and not -LARGEST_INTEGER <= child <= LARGEST_INTEGER):
            raise _Doubtful
    return keys


def _carefully(data: bytes, decoder: json.JSONDecoder) -> Json:
    try:
        value = decoder.decode(data.decode())
    except UnicodeDecodeError as error:
        raise _malformed(f"byte {error.start + 1} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise BadInput.of([_too_deep()]) from None
    except ValueError as error:
        raise _malformed(str(error)) from None
    faults = list(_faults(value))
    if faults:
        raise BadInput.of(faults)
    return value


def dotted(path: Path) -> str | None:
    """Write a path as ``lines.0.amount``; the whole is None."""
    return ".".join(str(step)[:64] for step in path) or None


def _faults(value: Json) -> Iterator[Fault]:
    queue: list[tuple[Path, Json]] = [((), [value])]
    for path, node in queue:  # it grows while it is walked
        if len(path) > DEEPEST:
            yield _too_deep()
            return
        if type(node) is not list:
            yield from _key_faults(path, node)
        for key, child in enumerate(node) if type(node) is list else node.items():
            kind = type(child)
            if kind is str:
                if not child.isprintable() and _HIDDEN.search(child):
                    yield _hidden((*path, key))
            elif kind is int:
                if not -LARGEST_INTEGER <= child <= LARGEST_INTEGER:
                    yield _fault("TOO_LARGE", (*path, key), "this number is too large")
            elif kind is float:
                yield _fault("NOT_AN_INTEGER", (*path, key), "numbers are whole here; money is in fen (分)")
            elif kind is not bool and child is not None:
                queue.append(((*path, key), child))


def _key_faults(path: Path, node: dict[str, Json]) -> Iterator[Fault]:
    if type(node) is _Doubled:
        for key in node.twice:
            yield _fault("DUPLICATE_KEY", (*path, key), "this field is given twice")
    for key in node:
        if not key.isprintable():
            yield _hidden((*path, ascii(key)))


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled = _Doubled(found)
    keys = [key for key, _ in pairs]
    doubled.twice = tuple(key for key in found if keys.count(key) > 1)
    return doubled


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _fault(code: str, path: Path, message: str) -> Fault:
    return Fault(code, dotted(path[1:]), message)


def _hidden(path: Path) -> Fault:
    return _fault("HIDDEN_CHARACTER", path, "text holds a control character or half of a character")


def _too_deep() -> Fault:
    return Fault("TOO_DEEP", None, f"objects and lists may be nested {DEEPEST} deep at most")


def _malformed(why: str) -> BadInput:
    return BadInput("MALFORMED_JSON", f"this is not JSON: {why}", status=400)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse_constant)
_DECIMALS = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse_constant, parse_float=str)
