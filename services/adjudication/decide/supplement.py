"""The supplement (补充医疗保险): part of what the yearly cap of the basic fund cut off."""

from dataclasses import dataclass

from contracts.money import BASIS_POINTS, half_up
from services.adjudication.decide.case import Case
from services.adjudication.decide.figure import Figure, Figures
from services.adjudication.decide.result import Step


@dataclass(frozen=True, slots=True)
class Supplement:
    """The rate on what was cut off, and the yearly limit."""

    rate: Figure[int]
    limit: Figure[int]

    @classmethod
    def of(cls, figures: Figures) -> "Supplement | None":
        """Compile ``supplement.*``; None where the pack has no supplement."""
        rate = figures.maybe("supplement.rate", int)
        return None if rate is None else cls(rate, figures.one("supplement.limit", int))

    def pay(self, case: Case, cut_off: int, trace: list[Step]) -> int:
        """Give the supplement for what the cap cut off the basic benefit, fen (packs.md §5)."""
        if not cut_off:
            return 0
        benefit = half_up(cut_off * self.rate.value, BASIS_POINTS)
        trace.append(self.rate.step({"cut_off": cut_off}, benefit))
        paid = min(benefit, max(0, self.limit.value - case.ytd.supplement))
        trace.append(self.limit.step({"benefit": benefit, "used": case.ytd.supplement}, paid))
        return paid
