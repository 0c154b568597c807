"""Chronic disease out of hospital (门诊慢性病): a rate, within a yearly allowance for the certified diseases."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.money import BASIS_POINTS, half_up
from services.adjudication.decide.case import Case
from services.adjudication.decide.figure import Figure, Figures
from services.adjudication.decide.result import Json, Step
from services.adjudication.decide.tags import by_tags, highest
from services.adjudication.decide.units import Allowance

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Chronic:
    """Rate, better rates by tag, the disease table, and how stays in hospital reduce the allowance."""

    rates: Mapping[frozenset[str], Figure[int]]
    diseases: Mapping[str, Figure[Allowance]]
    several: Figure[int] | None
    stays: Figure[str] | None
    each_stay: bool

    @classmethod
    def of(cls, figures: Figures) -> "Chronic | None":
        """Compile ``chronic.*``; None where the pack has no chronic diseases."""
        rate = figures.maybe("chronic.rate", int)
        if rate is None:
            return None
        stays = figures.maybe("chronic.stays", str)
        return cls(
            rates=by_tags(figures.under("chronic.rate", int), highest, (rate,)),
            diseases=figures.rows("chronic.diseases", Allowance),
            several=figures.maybe("chronic.several", int),
            stays=stays,
            each_stay=stays is not None and figures.one("reading.stay_months", str).value == "each",
        )

    def pay(self, case: Case, covered: int, trace: list[Step]) -> int:
        """Give the benefit at the best rate that the person's tags give, fen, before the allowance."""
        rate = self.rates[case.tags]
        benefit = half_up(covered * rate.value, BASIS_POINTS)
        trace.append(rate.step({"covered": covered}, benefit))
        return benefit

    def room(self, case: Case, trace: list[Step]) -> int:
        """Give what is left of the year's allowance for the disease of the case, fen, never below 0."""
        disease = case.disease or ""
        own = self.diseases[disease]
        if own.value.shared:
            allowance = self._shared(case, trace)
            used = sum([case.ytd.chronic.get(code, 0) for code, row in self.diseases.items() if row.value.shared])
        else:
            allowance = own.value.limit
            used = case.ytd.chronic.get(disease, 0)
        allowance = self._after_stays(case, allowance, trace)
        room = max(0, allowance - used)
        trace.append(own.step({"allowance": allowance, "used": used}, room))
        return room

    def _shared(self, case: Case, trace: list[Step]) -> int:
        """Give the one allowance of all class 1 diseases that the person is certified for."""
        limits = [row.value.limit for code, row in self.diseases.items() if row.value.shared and code in case.chronic]
        highest = max(limits)
        if len(limits) == 1 or self.several is None:
            return highest
        trace.append(self.several.step({"highest": highest, "diseases": len(limits)}, highest + self.several.value))
        return highest + self.several.value

    def _after_stays(self, case: Case, allowance: int, trace: list[Step]) -> int:
        """Reduce the allowance by the stays of the calendar year: halved at each, or a twelfth a month."""
        stays = [stay for stay in case.ytd.stays if stay.year == case.on.year]
        if self.stays is None or not stays:
            return allowance
        given: dict[str, Json] = {"allowance": allowance}
        if self.stays.value == "halved":
            given["stays"] = len(stays)
            left = half_up(allowance, 2 ** len(stays))
        else:
            months = len(stays) if self.each_stay else len({stay.month for stay in stays})
            given["months"] = months
            left = max(0, allowance - half_up(allowance * months, MONTHS))
        trace.append(self.stays.step(given, left))
        return left
