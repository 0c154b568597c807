"""Units of the figures (参数单位): how a value of each unit is written in a pack, and what makes it wrong."""

import re
from collections.abc import Callable, Set
from typing import NamedTuple

from contracts.money import BASIS_POINTS, LARGEST_AMOUNT
from services.adjudication.decide.case import LEVELS
from services.adjudication.decide.figure import PackError, Row

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

NO_END = LARGEST_AMOUNT + 1
"""Upper end of the last band: above every amount."""


class Band(NamedTuple):
    """One band (分段): above ``over`` up to and including ``upto`` fen, ``rate`` basis points."""

    over: int
    upto: int
    rate: int


class Bands(NamedTuple):
    """Bands from 0 upwards without gap or overlap."""

    rows: tuple[Band, ...]


class Aid(NamedTuple):
    """医疗救助: a rate in basis points and a yearly limit in fen, or none."""

    rate: int
    limit: int | None


class Allowance(NamedTuple):
    """慢性病年限额: class 1 diseases share one allowance, a class 2 disease has its own, fen a year."""

    shared: bool
    limit: int


def fen(value: object, place: str) -> int:
    """Read an amount."""
    return _integer(value, place, LARGEST_AMOUNT)


def basis_points(value: object, place: str) -> int:
    """Read a rate."""
    return _integer(value, place, BASIS_POINTS)


def years(value: object, place: str) -> int:
    """Read an age."""
    return _integer(value, place, 150)


def flag(value: object, place: str) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    raise PackError.of("NOT_A_BOOLEAN", place, "must be true or false")


def word(value: object, place: str) -> str:
    """Read a word; which words are allowed is checked where the word is used."""
    if isinstance(value, str) and value.strip() and not _CONTROL.search(value):
        return value
    raise PackError.of("NOT_TEXT", place, "must be text of one line that is not empty")


def levels(value: object, place: str) -> frozenset[str]:
    """Read a list of hospital levels."""
    members = value if isinstance(value, list) else []
    if not members or not all(member in LEVELS for member in members) or len(set(members)) < len(members):
        raise PackError.of("NOT_LEVELS", place, f"must list different levels of {', '.join(LEVELS)}")
    return frozenset(members)


def bands(value: object, place: str) -> Bands:
    """Read bands; refuse a gap, an overlap, a first band not from 0 and a last band with an end."""
    rows: list[Band] = []
    reached = 0
    for index, raw in enumerate(value if isinstance(value, list) else []):
        here = f"{place}[{index}]"
        over = fen(_record(raw, here, {"over", "rate"}, {"upto"})["over"], f"{here}.over")
        if over != reached:
            code = "BAND_GAP" if over > reached else "BAND_OVERLAP"
            raise PackError.of(code, here, f"starts at {over}, the one before ends at {reached}")
        reached = fen(raw["upto"], f"{here}.upto") if "upto" in raw else NO_END
        if reached <= over:
            raise PackError.of("BAND_OVERLAP", here, f"ends at {reached}, before it starts")
        rows.append(Band(over, reached, basis_points(raw["rate"], f"{here}.rate")))
    if reached != NO_END:
        raise PackError.of("BAND_GAP", place, "the last band must have no end")
    return Bands(tuple(rows))


def aid(value: object, place: str) -> Aid:
    """Read a rate with its yearly limit; ``limit: null`` says that there is none."""
    raw = _record(value, place, {"rate", "limit"})
    limit = None if raw["limit"] is None else fen(raw["limit"], f"{place}.limit")
    return Aid(basis_points(raw["rate"], f"{place}.rate"), limit)


def codes(value: object, place: str) -> dict[str, Row]:
    """Read a list of codes with their terms; a term that no source prints is null."""
    raw = _table(value, place)
    return {code: Row(code, "" if term is None else word(term, f"{place}.{code}"), code) for code, term in raw.items()}


def quotas(value: object, place: str) -> dict[str, Row]:
    """Read amounts by code: ``{term, fen}``."""
    rows: dict[str, Row] = {}
    for code, row in _table(value, place).items():
        raw = _record(row, f"{place}.{code}", {"term", "fen"})
        amount = fen(raw["fen"], f"{place}.{code}.fen")
        rows[code] = Row(amount, word(raw["term"], f"{place}.{code}.term"), amount)
    return rows


def allowances(value: object, place: str) -> dict[str, Row]:
    """Read yearly limits by disease: ``{term, class, limit}``."""
    rows: dict[str, Row] = {}
    for code, row in _table(value, place).items():
        here = f"{place}.{code}"
        raw = _record(row, here, {"term", "class", "limit"})
        if _integer(raw["class"], f"{here}.class", LARGEST_AMOUNT) not in (1, 2):
            raise PackError.of("UNKNOWN_CLASS", f"{here}.class", "must be 1 (shared) or 2 (its own)")
        limit = fen(raw["limit"], f"{here}.limit")
        rows[code] = Row(Allowance(raw["class"] == 1, limit), word(raw["term"], f"{here}.term"), limit)
    return rows


READERS: dict[str, Callable[[object, str], object]] = {
    "fen": fen,
    "basis_points": basis_points,
    "years": years,
    "flag": flag,
    "word": word,
    "levels": levels,
    "bands": bands,
    "aid": aid,
    "codes": codes,
    "quotas": quotas,
    "allowances": allowances,
}
"""How each unit is read."""


def _integer(value: object, place: str, largest: int) -> int:
    if type(value) is int and 0 <= value <= largest:
        return value
    raise PackError.of("NOT_AN_INTEGER", place, f"must be an integer from 0 to {largest}")


def _table(value: object, place: str) -> dict[str, object]:
    if isinstance(value, dict) and value and all(isinstance(code, str) for code in value):
        return value
    raise PackError.of("NOT_A_TABLE", place, "must be a table with at least one code")


def _record(value: object, place: str, required: Set[str], optional: Set[str] = frozenset()) -> dict[str, object]:
    keys = set(value) if isinstance(value, dict) else set()
    if isinstance(value, dict) and required <= keys <= required | optional:
        return value
    raise PackError.of("WRONG_KEYS", place, f"must have exactly {', '.join(sorted(required | optional))}")
