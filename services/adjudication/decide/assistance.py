"""Medical assistance (医疗救助): for the poor, part of what is still their own in scope, within a yearly limit."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.money import BASIS_POINTS, half_up
from services.adjudication.decide.case import Case
from services.adjudication.decide.figure import Figure, Figures
from services.adjudication.decide.result import Step
from services.adjudication.decide.tags import at_place
from services.adjudication.decide.units import Aid


@dataclass(frozen=True, slots=True)
class Assistance:
    """Rate and limit by the tags held, inside the county (True) and outside (False)."""

    aids: Mapping[bool, Mapping[frozenset[str], Figure[Aid]]]

    @classmethod
    def of(cls, figures: Figures) -> "Assistance":
        """Compile ``assistance.*``."""
        return cls(at_place(figures, "assistance", Aid, _best))

    def pay(self, case: Case, left: int, trace: list[Step]) -> int:
        """Give assistance on ``left`` fen of own payment at the best rate of the person's tags, fen."""
        aid = self.aids[case.in_county].get(case.tags)
        if aid is None:
            return 0
        rate, limit = aid.value
        paid = half_up(left * rate, BASIS_POINTS)
        if limit is not None:
            paid = min(paid, max(0, limit - case.ytd.assistance))
        trace.append(aid.step({"left": left, "used": case.ytd.assistance}, paid))
        return paid


def _best(aids: list[Figure[Aid]]) -> Figure[Aid]:
    return max(aids, key=lambda figure: figure.value.rate)
