"""A rule pack (政策规则包): the dated figures of one scheme in one region, compiled for every period.

The id of a pack is the SHA-256 of its canonical JSON, so the same rules have the same id everywhere and a changed
figure is another pack.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import orjson

from contracts.canonical import canonical
from services.adjudication.decide.fields import Refused, as_day, said_twice
from services.adjudication.decide.figure import Figure, Figures, PackError, PackFault
from services.adjudication.decide.result import Step
from services.adjudication.decide.rules import Rules
from services.adjudication.decide.schema import UNITS, check_word
from services.adjudication.decide.units import READERS, word

_HEADER = {"name", "region", "scheme", "title", "in_force", "money", "rates", "rounding", "parameters"}
_DECLARED = {"money": "fen", "rates": "basis_points", "rounding": "half_up"}
_VALUE_KEYS = {"since", "value", "source", "status", "reason"}


class Parameter(NamedTuple):
    """One named parameter: Chinese term, unit, and its figures by the day each begins, oldest first."""

    term: str
    unit: str
    figures: tuple[tuple[date, Figure[object]], ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A checked pack. ``content`` is its canonical JSON, ``id`` the SHA-256 of that in hex."""

    name: str
    id: str
    title: str
    content: bytes
    in_force: date
    parameters: Mapping[str, Parameter]
    starts: tuple[date, ...]
    periods: tuple[Rules, ...]

    def rules_on(self, day: date) -> Rules | None:
        """Give the rules in force on a day; None before the pack begins."""
        index = bisect_right(self.starts, day)
        return self.periods[index - 1] if index else None


def parse_pack(content: bytes | str) -> Pack:
    """Read a pack from its JSON, as published in the log. Raises ``PackError`` with all faults."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise PackError.of("NOT_JSON", "$", str(error)) from error
    if not isinstance(document, dict):
        raise PackError.of("NOT_AN_OBJECT", "$", "a pack is one JSON object")
    try:
        twice = said_twice(content)
    except RecursionError as error:
        raise PackError.of("TOO_DEEP", "$", "is nested too deep to be read with care") from error
    if twice is not None:
        raise PackError.of("DUPLICATE_KEY", twice, "stands twice in one object")
    return build_pack(document)


def build_pack(document: Mapping[str, object]) -> Pack:
    """Check a parsed pack and compile it for every period. Raises ``PackError`` with all faults."""
    _check_header(document)
    in_force = _day(document["in_force"], "in_force")
    parameters = _parameters(document["parameters"], in_force)
    days = {since for parameter in parameters.values() for since, _ in parameter.figures}
    starts = tuple(sorted({in_force} | days))
    data = canonical(document)
    return Pack(
        name=str(document["name"]),
        id=hashlib.sha256(data).hexdigest(),
        title=str(document["title"]),
        content=data,
        in_force=in_force,
        parameters=parameters,
        starts=starts,
        periods=tuple(Rules.of(figures_on(parameters, day)) for day in starts),
    )


def figures_on(parameters: Mapping[str, Parameter], day: date) -> Figures:
    """Pick the figure of every parameter that is in force on a day."""
    found: dict[str, Figure[object]] = {}
    for ref, parameter in parameters.items():
        begun = [figure for since, figure in parameter.figures if since <= day]
        if begun:
            found[ref] = begun[-1]
    return Figures(day, found)


def _check_header(document: Mapping[str, object]) -> None:
    faults = [PackFault("MISSING_KEY", key, "a pack must say this") for key in sorted(_HEADER - set(document))]
    unknown = sorted(set(map(str, document)) - _HEADER)
    faults += [PackFault("UNKNOWN_KEY", key, "a pack has no such key") for key in unknown]
    for key, wanted in _DECLARED.items():
        if document.get(key, wanted) != wanted:
            faults.append(PackFault("UNKNOWN_UNIT", key, f"only {wanted} is known"))
    if faults:
        raise PackError(tuple(faults))
    name, region, scheme, _ = [word(document[key], key) for key in ("name", "region", "scheme", "title")]
    if name != f"{region}-{scheme}":
        raise PackError.of("WRONG_NAME", "name", f"must be the region and the scheme: {region}-{scheme}")


def _parameters(raw: object, in_force: date) -> dict[str, Parameter]:
    if not isinstance(raw, dict):
        raise PackError.of("NOT_AN_OBJECT", "parameters", "must map names to dated values")
    parameters: dict[str, Parameter] = {}
    faults: list[PackFault] = []
    for ref, parameter in raw.items():
        try:
            parameters[ref] = _parameter(ref, parameter, in_force)
        except PackError as error:
            faults += error.faults
    if faults:
        raise PackError(tuple(faults))
    return parameters


def _parameter(ref: str, raw: object, in_force: date) -> Parameter:
    if ref not in UNITS:
        raise PackError.of("UNKNOWN_KEY", ref, "no rule reads this name")
    if not isinstance(raw, dict) or set(raw) != {"term", "unit", "values"}:
        raise PackError.of("WRONG_KEYS", ref, "must have exactly term, unit, values")
    if raw["unit"] != UNITS[ref]:
        raise PackError.of("UNKNOWN_UNIT", ref, f"must be in {UNITS[ref]}")
    if not isinstance(raw["values"], list) or not raw["values"]:
        raise PackError.of("NOT_A_LIST", ref, "must list at least one dated value")
    term = word(raw["term"], f"{ref}.term")
    figures: list[tuple[date, Figure[object]]] = []
    last = None
    for index, value in enumerate(raw["values"]):
        since, figure = _figure(ref, term, value, f"{ref}[{index}]")
        if since < in_force or (last is not None and since <= last):
            raise PackError.of("DATES_OUT_OF_ORDER", f"{ref}[{index}]", f"{since} is not after what comes before")
        last = since
        figures.append((since, figure))
    return Parameter(term, UNITS[ref], tuple(figures))


def _figure(ref: str, term: str, raw: object, place: str) -> tuple[date, Figure[object]]:
    if not isinstance(raw, dict) or not {"since", "value"} <= set(raw) <= _VALUE_KEYS:
        raise PackError.of("WRONG_KEYS", place, "must have since, value, source, and status with reason if assumed")
    if not raw.get("source"):
        raise PackError.of("NO_SOURCE", place, "a value must name its source")
    source = word(raw["source"], f"{place}.source")
    assumed = raw.get("status") == "assumed"
    if assumed != bool(raw.get("reason")) or raw.get("status", "assumed") != "assumed":
        raise PackError.of("NO_REASON", place, "an assumed value, and no other, has a reason")
    if assumed:
        word(raw["reason"], f"{place}.reason")
    since = _day(raw["since"], f"{place}.since")
    value = READERS[UNITS[ref]](raw["value"], f"{place}.value")
    if UNITS[ref] == "word":
        check_word(ref, value)
    note: Step = {
        "step": ref.partition(".")[0],
        "term": term,
        "ref": ref,
        "param": raw["value"],
        "since": since.isoformat(),
        "source": source,
    }
    if assumed:
        note["assumed"] = True
    return since, Figure(value, note | {"in": {}, "out": None})


def _day(value: object, place: str) -> date:
    try:
        return as_day(value, place)
    except Refused as fault:
        raise PackError.of(fault.code, fault.field, fault.message) from fault
