"""The deductible (起付线): what the person bears before the fund pays anything for a stay."""

from collections.abc import Mapping
from typing import NamedTuple

from services.adjudication.decide.case import Case
from services.adjudication.decide.figure import Figure, Figures
from services.adjudication.decide.places import at_place
from services.adjudication.decide.result import Step


class Deductible(NamedTuple):
    """The deductible of each level, and the tags that waive it inside and outside the county."""

    levels: Mapping[str, Figure[int]]
    waived: Mapping[bool, Mapping[str, Figure[bool]]]

    @classmethod
    def of(cls, figures: Figures) -> "Deductible":
        """Compile ``deductible.*`` and ``waived.*``."""
        return cls(figures.under("deductible", int), at_place(figures, "waived", bool))

    def due(self, case: Case, covered: int, trace: list[Step]) -> int:
        """Give what is due of ``covered``, fen: the level's, at most ``covered``, 0 where a tag waives it."""
        waived = self.waived[case.in_county]
        for tag in sorted(case.tags & waived.keys()):
            trace.append(waived[tag].step({"covered": covered}, 0))
            return 0
        level = self.levels[case.level]
        due = min(covered, level.value)
        trace.append(level.step({"covered": covered}, due))
        return due
