"""Medical assistance (医疗救助): for the poor, part of what is still their own in scope, within a yearly limit."""

from collections.abc import Mapping
from typing import NamedTuple

from contracts.money import BASIS_POINTS, half_up
from services.adjudication.decide.case import Case
from services.adjudication.decide.figure import Figure, Figures
from services.adjudication.decide.places import at_place
from services.adjudication.decide.result import Step
from services.adjudication.decide.units import Aid


class Assistance(NamedTuple):
    """Rate and limit by tag, inside the county (True) and outside (False)."""

    aids: Mapping[bool, Mapping[str, Figure[Aid]]]

    @classmethod
    def of(cls, figures: Figures) -> "Assistance":
        """Compile ``assistance.*``."""
        return cls(at_place(figures, "assistance", Aid))

    def pay(self, case: Case, left: int, trace: list[Step]) -> int:
        """Give assistance on ``left`` fen of own payment at the best rate of the person's tags, fen."""
        aids = self.aids[case.in_county]
        entitled = [aids[tag] for tag in sorted(case.tags & aids.keys())]
        if not entitled:
            return 0
        best = max(entitled, key=lambda figure: figure.value.rate)
        rate, limit = best.value
        paid = half_up(left * rate, BASIS_POINTS)
        if limit is not None:
            paid = min(paid, max(0, limit - case.ytd.assistance))
        trace.append(best.step({"left": left, "used": case.ytd.assistance}, paid))
        return paid
