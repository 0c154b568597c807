"""Probes (试算): cases made from a pack itself, one of every kind, level, tag, place and period that it covers."""

from collections.abc import Iterator
from datetime import timedelta

from services.adjudication.decide.case import STAYS, TAGS, Case, Line, Ytd
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.result import Json
from services.adjudication.decide.rules import Rules
from services.adjudication.offline.variant import document

TAG_SETS = (frozenset[str](), *(frozenset({tag}) for tag in TAGS))


def probes(pack: Pack) -> Iterator[Case]:
    """Give one case without fee lines for everything that the pack covers, on the first day of each period."""
    for on, rules in zip(pack.starts, pack.periods, strict=True):
        for kind, levels in rules.kinds.items():
            for level in sorted(levels.value):
                for disease in _diseases(kind, level, rules):
                    for tags in TAG_SETS:
                        for in_county in (True, False):
                            stay = kind in STAYS
                            yield Case(
                                case=f"{on} {kind} {level} {disease} {'/'.join(tags) or '-'} in_county={in_county}",
                                pack=pack.name,
                                on=on,
                                birth=on - timedelta(days=3_650),
                                tags=tags,
                                chronic=frozenset({disease} if disease else ()),
                                account_balance=0,
                                level=level,
                                in_county=in_county,
                                kind=kind,
                                admitted=on - timedelta(days=30) if stay else None,
                                discharged=on if stay else None,
                                disease=disease,
                                lines=(),
                                ytd=Ytd(),
                            )


def with_cost(case: Case, fen: int) -> Case:
    """Give the same case with one class A line of ``fen``."""
    return case._replace(lines=(Line(fen, "A", 0, 0),))


def thresholds(pack: Pack) -> list[int]:
    """Give every amount that the pack names, fen: the places where a benefit may bend."""
    found: set[int] = set()
    for parameter in _members(document(pack)["parameters"]):
        if isinstance(parameter, dict) and parameter["unit"] not in ("basis_points", "years"):
            found |= set(_amounts(parameter["values"]))
    return sorted(found)


def _diseases(kind: str, level: str, rules: Rules) -> list[str | None]:
    """Give no disease, or one of each sort that makes a difference to the kind."""
    if kind == "chronic" and rules.chronic:
        return list(rules.chronic.diseases)
    if kind == "single_disease":
        return list(rules.quotas)
    if kind == "bed_day":
        return list(rules.bed_days)
    if kind == "outpatient":
        return [None, *list(rules.as_stay)[:1]] if level in rules.stay.levels else [None]
    child = list(rules.stay.child.diseases)[:1] if rules.stay.child else []
    return [None, *child, *list(rules.stay.raised)[:1]]


def _amounts(value: Json) -> Iterator[int]:
    """Walk through a value of the pack; a rate, a class and a start of 0 are no thresholds."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("rate", "class"):
                yield from _amounts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _amounts(inner)
    elif isinstance(value, int) and value > 1:
        yield value


def _members(value: Json) -> list[Json]:
    return list(value.values()) if isinstance(value, dict) else []
