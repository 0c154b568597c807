"""The deductible (起付线): what the person bears before the fund pays anything for a stay."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.adjudication.decide.case import Case
from services.adjudication.decide.figure import Figure, Figures
from services.adjudication.decide.result import Step
from services.adjudication.decide.tags import at_place


@dataclass(frozen=True, slots=True)
class Deductible:
    """The deductible of each level, and the tags that waive it inside and outside the county."""

    levels: Mapping[str, Figure[int]]
    waived: Mapping[bool, Mapping[frozenset[str], Figure[bool]]]

    @classmethod
    def of(cls, figures: Figures) -> "Deductible":
        """Compile ``deductible.*`` and ``waived.*``."""
        return cls(figures.under("deductible", int), at_place(figures, "waived", bool, _any_waiver))

    def due(self, case: Case, covered: int, trace: list[Step]) -> int:
        """Give what is due of ``covered``, fen: the level's, at most ``covered``, 0 where a tag waives it."""
        waived = self.waived[case.in_county].get(case.tags)
        if waived is not None and waived.value:
            trace.append(waived.step({"covered": covered}, 0))
            return 0
        level = self.levels[case.level]
        due = min(covered, level.value)
        trace.append(level.step({"covered": covered}, due))
        return due


def _any_waiver(waivers: list[Figure[bool]]) -> Figure[bool]:
    return max(waivers, key=lambda figure: figure.value)
