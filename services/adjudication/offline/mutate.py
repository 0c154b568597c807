"""Mutation (变异检验): change any one figure of a pack, and at least one case must break.

A change is a yuan, a percentage point, a day, a year of age, a level, a code or another word. A change that not even
the probes can see has no effect at all (a reading of bands where there is one band) and asks for no case.
"""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from typing import NamedTuple

from services.adjudication.decide.case import LEVELS, Case
from services.adjudication.decide.figure import PackError
from services.adjudication.decide.pack import Pack, build_pack
from services.adjudication.decide.pipeline import decide
from services.adjudication.decide.result import Json
from services.adjudication.decide.schema import READINGS, STAY_METHODS
from services.adjudication.offline.cases import Example, differences
from services.adjudication.offline.probe import probes, thresholds, with_cost
from services.adjudication.offline.variant import Document, document, figures_of

APART = 2
"""Costs that are tried differ by more than this factor: one between any two thresholds that lie far apart."""

YUAN = 100
POINT = 100


class Mutant(NamedTuple):
    """A changed pack: which value was changed, and the whole content."""

    place: str
    content: Document


def survivors(pack: Pack, examples: list[Example]) -> list[str]:
    """Name every change of a figure that no example notices although it has an effect."""
    alive: list[str] = []
    cases = _probe_cases(pack)
    examples = sorted(examples, key=lambda example: len(example.reading))
    usual = [decide(case, pack)["amounts"] for case in cases]
    for mutant in mutants(pack):
        try:
            changed = build_pack(mutant.content)
        except PackError:
            continue
        noticed = any(differences(example, changed) for example in examples)
        if not noticed and any(
            decide(case, changed)["amounts"] != amounts for case, amounts in zip(cases, usual, strict=True)
        ):
            alive.append(mutant.place)
    return alive


def mutants(pack: Pack) -> Iterator[Mutant]:
    """Give every changed pack, one change each."""
    yield Mutant("in_force", _later(document(pack)))
    for ref, parameter in pack.parameters.items():
        for index in range(len(parameter.figures)):
            original = figures_of(document(pack), ref)[index]
            for what, value in _changes(ref, parameter.unit, original["value"]):
                content = document(pack)
                figures_of(content, ref)[index]["value"] = value
                yield Mutant(f"{ref}@{original['since']} {what}", content)
            if index:
                content = document(pack)
                figures_of(content, ref)[index]["since"] = _next_day(original["since"])
                yield Mutant(f"{ref}@{original['since']} a day later", content)


def _changes(ref: str, unit: str, value: Json) -> Iterator[tuple[str, Json]]:
    """Give every small change of one value, with what was changed."""
    if unit == "word":
        known = STAY_METHODS if ref == "chronic.stays" else READINGS[ref.removeprefix("reading.")]
        yield from ((word, word) for word in known if word != value)
    elif unit == "levels" and isinstance(value, list):
        yield from ((f"without {level}", [kept for kept in value if kept != level]) for level in value)
        yield from ((f"with {level}", [*value, level]) for level in LEVELS if level not in value)
    elif isinstance(value, bool):
        yield "the other way", not value
    elif isinstance(value, int):
        yield "changed", _changed_number(unit, value)
    elif unit == "bands" and isinstance(value, list):
        yield from _changed_bands(value)
    elif isinstance(value, dict):
        yield from _changed_table(unit, value)


def _changed_number(unit: str, value: int) -> int:
    if unit == "years":
        return value + 1
    if unit == "basis_points":
        return value - POINT if value >= POINT else value + POINT
    return value + YUAN


def _changed_bands(value: list[Json]) -> Iterator[tuple[str, Json]]:
    for index in range(len(value)):
        bands = deepcopy(value)
        band, after = bands[index], bands[index + 1] if index + 1 < len(bands) else None
        if isinstance(band, dict) and isinstance(band["rate"], int):
            band["rate"] = _changed_number("basis_points", band["rate"])
            yield f"rate of band {index + 1}", bands
        moved = deepcopy(value)
        band, after = moved[index], moved[index + 1] if index + 1 < len(moved) else None
        if isinstance(band, dict) and isinstance(after, dict) and isinstance(after["over"], int):
            band["upto"] = after["over"] = after["over"] + YUAN
            yield f"end of band {index + 1}", moved


def _changed_table(unit: str, value: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    if unit == "aid":
        rate, limit = value["rate"], value["limit"]
        yield "rate", {**value, "rate": _changed_number("basis_points", rate if isinstance(rate, int) else 0)}
        yield "limit", {**value, "limit": limit + YUAN if isinstance(limit, int) else YUAN}
        return
    for code, row in value.items():
        yield f"without {code}", {key: kept for key, kept in value.items() if key != code}
        if not isinstance(row, dict):
            continue
        for key, inner in row.items():
            if isinstance(inner, int):
                changed = 3 - inner if key == "class" else inner + YUAN
                yield f"{key} of {code}", {**value, code: {**row, key: changed}}


def _later(content: Document) -> Document:
    """Let the whole pack begin a day later."""
    first = content["in_force"]
    content["in_force"] = _next_day(first)
    parameters = content["parameters"]
    for ref in parameters if isinstance(parameters, dict) else ():
        for value in figures_of(content, ref):
            if value["since"] == first:
                value["since"] = content["in_force"]
    return content


def _next_day(day: Json) -> str:
    return (date.fromisoformat(str(day)) + timedelta(days=1)).isoformat()


def _probe_cases(pack: Pack) -> list[Case]:
    """Give every probe at costs from low to well above every threshold: what changes none of them changes nothing.

    Whoever has one chronic disease is tried with all of them too: some share an allowance.
    """
    costs: list[int] = []
    for point in thresholds(pack):
        if not costs or 3 * point > APART * costs[-1]:
            costs.append(3 * point)
    alone = list(probes(pack))
    certified = frozenset[str]().union(*(probe.chronic for probe in alone if probe.kind == "chronic"))
    together = [probe._replace(chronic=certified) for probe in alone if probe.kind == "chronic"]
    return [with_cost(probe, cost) for probe in [*alone, *together] for cost in costs]
