"""Cases that a clerk can read (案例): short YAML, each with what must come out, for tests, lint and mutation.

A file has ``about`` (one sentence), ``usual`` (what its cases share) and ``cases``. A case states only what differs
and under ``expect`` the amounts in fen that matter. ``each`` makes one case of every value of a list. ``reading``
decides under another answer to an open question of the pack. Lines are written ``{A: fen}``, with ``self_pay_bp``
and ``over_limit`` where they are not 0; a stay that names no day of admission lasts seven days until ``day``.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from services.adjudication.decide import Case, CaseError, Pack, Result, check_case, decide
from services.adjudication.decide.case import CLASSES, STAYS
from services.adjudication.offline.variant import with_readings
from services.adjudication.packs.reader import read_yaml

Facts = Mapping[str, object]
USUAL_STAY_DAYS = 7
WHO = ("birth", "tags", "chronic", "balance", "ytd")
WHAT = ("day", "kind", "level", "in_county", "admitted", "discharged", "disease", "lines")
KEYS = frozenset({"name", *WHO, *WHAT, "reading", "expect"})


class Example(NamedTuple):
    """One case of a file: its name, the input as ``claims adjudicate`` takes it and checked, readings, expectations."""

    file: str
    name: str
    raw: dict[str, object]
    case: Case
    reading: Mapping[str, str]
    expect: Mapping[str, object]


class CaseFileError(ValueError):
    """A case file that does not say what its format asks for."""


def read_examples(directory: Path) -> list[Example]:
    """Read every case of ``<directory>/*.yaml``; the directory is named after the pack.

    Raises ``CaseFileError``, and ``PackError`` for YAML that could mean two things.
    """
    return [example for path in sorted(directory.glob("*.yaml")) for example in _file(path, directory.name)]


def differences(example: Example, pack: Pack) -> list[str]:
    """Decide an example and say every expected field that came out otherwise; empty if all is as expected."""
    result = run(example, pack)
    found: dict[str, object] = {**result["amounts"], "outcome": result["outcome"], "reason": result["reason"]}
    expect = {"outcome": "denied" if "reason" in example.expect else "approved", **example.expect}
    return [
        f"{field}: expected {wanted}, got {found.get(field)}"
        for field, wanted in expect.items()
        if found.get(field) != wanted
    ]


def run(example: Example, pack: Pack) -> Result:
    """Decide an example under its readings."""
    return decide(example.case, with_readings(pack, example.reading) if example.reading else pack)


def _file(path: Path, pack: str) -> Iterator[Example]:
    content = read_yaml(path)
    usual, cases = content.get("usual"), content.get("cases")
    if set(content) != {"about", "usual", "cases"} or not isinstance(usual, dict) or not isinstance(cases, list):
        raise CaseFileError(f"{path.name}: must have exactly about, usual, cases")
    for written in cases:
        for facts in _each({**usual, **written}):
            if unknown := set(facts) - KEYS:
                raise CaseFileError(f"{path.name}: {facts.get('name')}: unknown {', '.join(sorted(unknown))}")
            yield _example(path.name, pack, facts)


def _each(facts: dict[str, object]) -> Iterator[Facts]:
    each = facts.pop("each", None)
    if not isinstance(each, dict):
        yield facts
        return
    ((key, values),) = each.items()
    for value in values:
        yield {**facts, key: value, "name": f"{facts['name']} ({value})"}


def _example(file: str, pack: str, facts: Facts) -> Example:
    reading, expect = facts.get("reading", {}), facts["expect"]
    if not isinstance(reading, dict) or not isinstance(expect, dict) or not expect:
        raise CaseFileError(f"{file}: {facts['name']}: reading and expect are tables, expect is not empty")
    raw = _raw(pack, facts)
    case = check_case(raw, {pack})
    if isinstance(case, CaseError):
        raise CaseFileError(f"{file}: {facts['name']}: {case.field}: {case.message}")
    return Example(file, str(facts["name"]), raw, case, reading, expect)


def _raw(pack: str, facts: Facts) -> dict[str, object]:
    day, kind = facts["day"], facts["kind"]
    admitted, discharged = facts.get("admitted"), facts.get("discharged")
    if kind in STAYS:
        discharged = discharged or day
        admitted = admitted or date.fromisoformat(str(day)) - timedelta(days=USUAL_STAY_DAYS)
    ytd = facts.get("ytd", {})
    return {
        "case": str(facts["name"]),
        "pack": pack,
        "on": str(day),
        "person": {
            "birth": str(facts.get("birth", "1960-01-01")),
            "tags": facts.get("tags", []),
            "chronic": facts.get("chronic", []),
            "account_balance": facts.get("balance", 0),
        },
        "provider": {"level": facts["level"], "in_county": facts.get("in_county", True)},
        "claim": {
            "kind": kind,
            "admitted": admitted and str(admitted),
            "discharged": discharged and str(discharged),
            "disease": facts.get("disease"),
            "lines": _lines(facts["lines"]),
        },
        "ytd": {**ytd, "stays": [str(stay) for stay in ytd.get("stays", [])]} if isinstance(ytd, dict) else ytd,
    }


def _lines(written: object) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = []
    for line in written if isinstance(written, list) else []:
        (list_class,) = set(line) & set(CLASSES)
        rest = {"self_pay_bp": 0, "over_limit": 0} | {key: line[key] for key in line if key != list_class}
        lines.append({"class": list_class, "amount": line[list_class], **rest})
    return lines
