"""Decide a file of cases (离线批量核定): one JSON case a line in, one JSON result a line out, of any size.

A bad line becomes an error line and the run goes on. Shapes: packs.md §1.
"""

import gc
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from services.adjudication.decide.case import Case, CaseError
from services.adjudication.decide.check import check_case
from services.adjudication.decide.fields import said_twice
from services.adjudication.decide.figure import PackError
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.pipeline import decide
from services.adjudication.packs import load_pack, shipped

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes of one case; a longer line is refused and skipped without being held in memory."""


@dataclass(slots=True)
class Counts:
    """How many cases were approved, denied and refused as wrong input."""

    approved: int = 0
    denied: int = 0
    errors: int = 0


def adjudicate(stdin: BinaryIO, stdout: BinaryIO, pack: str | None = None) -> Counts:
    """Decide every case of ``stdin`` and write its result to ``stdout``, in order.

    ``pack`` names one more pack to know, by directory or by id; it stands in for a shipped one of the same name.
    Raises ``PackError`` before the first case if that pack cannot be used.
    """
    packs = known_packs(pack)
    counts = Counts()
    write = stdout.write
    with _collector_paused():
        for number, line in lines_of(stdin):
            case = case_of(line, number, packs)
            if isinstance(case, CaseError):
                counts.errors += 1
                write(orjson.dumps(case.as_json(), option=orjson.OPT_APPEND_NEWLINE))
                continue
            result = decide(case, packs[case.pack])
            if result["outcome"] == "approved":
                counts.approved += 1
            else:
                counts.denied += 1
            write(orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE))
    stdout.flush()
    return counts


def known_packs(pack: str | None) -> Mapping[str, Pack]:
    """Give the shipped packs by name, and the one asked for by directory, name or the start of its id."""
    packs = dict(shipped())
    if pack is None:
        return packs
    if Path(pack).is_dir():
        given = load_pack(Path(pack))
        return packs | {given.name: given}
    fitting = [known for known in packs.values() if known.name == pack or known.id.startswith(pack)]
    if len(fitting) > 1:
        raise PackError.of("AMBIGUOUS_PACK", pack, "the ids of several shipped packs begin so")
    if not fitting:
        raise PackError.of("UNKNOWN_PACK", pack, "neither a directory nor the name or id of a shipped pack")
    return packs


def case_of(line: bytes, number: int, packs: Container[str]) -> Case | CaseError:
    """Read the case of one line, the ``number``-th; ``packs`` are the names that it may ask for."""
    if len(line) > LONGEST_LINE:
        return CaseError(None, "LINE_TOO_LONG", "$", f"line {number} is longer than {LONGEST_LINE} bytes")
    try:
        raw = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return CaseError(None, "NOT_JSON", "$", f"line {number}: {error}")
    case = check_case(raw, packs)
    if isinstance(case, CaseError):
        return case
    if line.count(b":") == _keys(raw):
        return case
    return _said_twice(line, case.case) or case


def _keys(raw: Any) -> int:
    """Count the keys of a checked case; as many as there are colons, and none was given twice."""
    ytd = raw.get("ytd", {})
    claim = raw["claim"]
    objects = (raw, raw["person"], raw["provider"], claim, *claim["lines"], ytd, ytd.get("chronic", ()))
    return sum(map(len, objects))


def _said_twice(line: bytes, case: str) -> CaseError | None:
    try:
        key = said_twice(line)
    except RecursionError:
        return CaseError(case, "TOO_DEEP", "$", "is nested too deep to be read with care")
    return None if key is None else CaseError(case, "DUPLICATE_KEY", key, f"{key} is given twice in one object")


def lines_of(stdin: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Give every line that is not blank with its number; of one that is too long only the beginning."""
    number = 0
    while line := stdin.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = stdin.readline(LONGEST_LINE)
        if not line.isspace():
            yield number, line


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the cycle collector: a decision makes no cycles, and looking for them costs a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
