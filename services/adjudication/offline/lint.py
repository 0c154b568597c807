"""Check a rule pack (规则包检查): sources, reach, no benefit that falls or jumps, readings and figures under test.

The reader has already refused what is malformed; here stands what a well-formed pack may still have wrong.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from services.adjudication.decide.case import Case
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.pipeline import decide
from services.adjudication.decide.schema import READINGS
from services.adjudication.offline.cases import Example, differences
from services.adjudication.offline.mutate import survivors
from services.adjudication.offline.probe import probes, thresholds, with_cost
from services.adjudication.offline.variant import document, figures_of

Layer = Literal["supplement", "critical", "assistance"]

ABOVE_BASIC: tuple[Layer, ...] = ("supplement", "critical", "assistance")
"""The layers that begin to pay at a cost that depends on what the layers below leave."""

FAR_ABOVE = 4
"""Times the largest amount of a pack: a cost at which every layer pays that pays at all."""

LARGEST_JUMP = 2
"""Fen by which the fund's part may rise for one more fen in scope: each rounded layer may add half a fen."""


class Finding(NamedTuple):
    """One finding: ``error`` says that the pack may not go live, otherwise it is a remark."""

    error: bool
    code: str
    place: str
    message: str


def lint(pack: Pack, examples: list[Example], *, strict: bool = False) -> list[Finding]:
    """Give all findings on a pack, its examples included; ``strict`` makes assumed values errors."""
    return [
        *_assumed(pack, strict=strict),
        *benefit_findings(pack),
        *case_findings(pack, examples),
        *reading_findings(pack, examples),
        *(Finding(True, "UNTESTED", place, "no case notices this change") for place in survivors(pack, examples)),
    ]


def _assumed(pack: Pack, *, strict: bool) -> Iterator[Finding]:
    """Name the values that no source prints: with one of them a region cannot go live."""
    content = document(pack)
    for ref in pack.parameters:
        for value in figures_of(content, ref):
            if value.get("status") == "assumed":
                yield Finding(strict, "ASSUMED", f"{ref}@{value['since']}", str(value["reason"]))


def benefit_findings(pack: Pack) -> Iterator[Finding]:
    """Try every probe at every threshold: it is paid by rule, never less for more, and never in a jump."""
    bends = thresholds(pack)
    for probe in probes(pack):
        if decide(probe, pack)["outcome"] != "approved":
            yield Finding(True, "NO_VALUE", probe.case, "is covered by the pack but reaches no value")
            continue
        entries = _entries(probe, pack, FAR_ABOVE * bends[-1])
        yield from _shape(probe, pack, sorted({near for at in (*bends, *entries) for near in (at - 1, at, at + 1)}))


def _entries(probe: Case, pack: Pack, most: int) -> Iterator[int]:
    """Find the lowest cost at which each layer above the basic one pays, by halving: no figure of the pack names it."""
    for layer in ABOVE_BASIC:
        if not _pays(layer, probe, pack, most):
            continue
        below, pays = 0, most
        while pays - below > 1:
            middle = (below + pays) // 2
            below, pays = (below, middle) if _pays(layer, probe, pack, middle) else (middle, pays)
        yield pays


def _pays(layer: Layer, probe: Case, pack: Pack, cost: int) -> bool:
    return decide(with_cost(probe, cost), pack)["amounts"][layer] > 0


def _shape(probe: Case, pack: Pack, points: list[int]) -> Iterator[Finding]:
    before, paid = 0, 0
    for point in points:
        fund = decide(with_cost(probe, point), pack)["amounts"]["fund"]
        if fund < paid:
            yield Finding(True, "FALLING", probe.case, f"pays {paid} of {before} but {fund} of {point} fen")
        if point == before + 1 and fund - paid > LARGEST_JUMP:
            yield Finding(True, "JUMP", probe.case, f"pays {fund - paid} fen more for one fen above {before}")
        before, paid = point, fund


def case_findings(pack: Pack, examples: list[Example]) -> Iterator[Finding]:
    """Decide every case and name each amount that comes out otherwise than it was written."""
    for example in examples:
        for difference in differences(example, pack):
            yield Finding(True, "CASE_FAILS", f"{example.file}: {example.name}", difference)


def reading_findings(pack: Pack, examples: list[Example]) -> Iterator[Finding]:
    """Ask for a case under the answer that the pack did not choose; the chosen one stands under all others."""
    content = document(pack)
    for name, answers in READINGS.items():
        if f"reading.{name}" not in pack.parameters:
            continue
        chosen = {value["value"] for value in figures_of(content, f"reading.{name}")}
        tried = {example.reading.get(name) for example in examples}
        for answer in set(answers) - chosen - tried:
            yield Finding(True, "READING_UNTESTED", f"reading.{name}", f"no case under {answer}")
