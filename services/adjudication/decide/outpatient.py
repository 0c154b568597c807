"""Ordinary outpatient care (普通门诊): a rate without deductible, within a yearly limit of its own."""

from dataclasses import dataclass

from contracts.money import BASIS_POINTS, half_up
from services.adjudication.decide.case import Case
from services.adjudication.decide.figure import Figure, Figures
from services.adjudication.decide.result import Step


@dataclass(frozen=True, slots=True)
class Outpatient:
    """The rate, and the yearly limit if the pack has one."""

    rate: Figure[int]
    limit: Figure[int] | None

    @classmethod
    def of(cls, figures: Figures) -> "Outpatient | None":
        """Compile ``outpatient.*``; None where the pack does not cover outpatient care."""
        rate = figures.maybe("outpatient.rate", int)
        return None if rate is None else cls(rate, figures.maybe("outpatient.limit", int))

    def pay(self, covered: int, trace: list[Step]) -> int:
        """Give the benefit before the limit, fen."""
        benefit = half_up(covered * self.rate.value, BASIS_POINTS)
        trace.append(self.rate.step({"covered": covered}, benefit))
        return benefit

    def room(self, case: Case, trace: list[Step]) -> int | None:
        """Give what is left of the yearly limit, fen; None where there is no limit."""
        if self.limit is None:
            return None
        room = max(0, self.limit.value - case.ytd.outpatient)
        trace.append(self.limit.step({"used": case.ytd.outpatient}, room))
        return room
