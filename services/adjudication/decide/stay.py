"""A stay (住院): deductible, then the bands of the hospital's level, better for some children and some diseases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date

from contracts.money import BASIS_POINTS, half_up
from services.adjudication.decide.bands import SPREADS, Spread
from services.adjudication.decide.case import Case
from services.adjudication.decide.figure import Figure, Figures
from services.adjudication.decide.result import Json, Step
from services.adjudication.decide.units import Band, Bands


@dataclass(frozen=True, slots=True)
class ChildRate:
    """儿童重大疾病: under an age, certain diseases are paid at one rate after the deductible."""

    age: Figure[int]
    rate: Figure[int]
    diseases: Mapping[str, Figure[str]]

    @classmethod
    def of(cls, figures: Figures) -> "ChildRate | None":
        """Compile ``child.*``; None where the pack has no such rule."""
        age = figures.maybe("child.age", int)
        if age is None:
            return None
        return cls(age, figures.one("child.rate", int), figures.rows("child.diseases", str))


@dataclass(frozen=True, slots=True)
class Stay:
    """What the basic fund pays of a stay."""

    levels: Mapping[str, Figure[Bands]]
    spread: Spread
    inside_band_1: bool
    child: ChildRate | None
    raised: Mapping[str, Figure[str]]
    raised_levels: Mapping[str, Figure[Bands]]

    @classmethod
    def of(cls, figures: Figures) -> "Stay":
        """Compile ``basic.*``, ``child.*``, ``raised.*`` and the readings of bands and deductible."""
        levels = figures.under("basic", Bands)
        points = figures.maybe("raised.points", int)
        return cls(
            levels=levels,
            spread=SPREADS[figures.one("reading.bands", str).value],
            inside_band_1=figures.one("reading.deductible", str).value == "inside_band_1",
            child=ChildRate.of(figures),
            raised=figures.rows("raised.diseases", str),
            raised_levels=_raise(levels, points, figures) if points else levels,
        )

    def pay(self, case: Case, covered: int, deductible: int, trace: list[Step]) -> int:
        """Give the uncapped benefit of an inpatient stay, fen (packs.md §2.5, §4)."""
        child = self.child
        if child and case.disease in child.diseases and case.admitted is not None:
            birthday = _birthday(case.birth, child.age.value)
            if case.admitted < birthday:
                benefit = half_up((covered - deductible) * child.rate.value, BASIS_POINTS)
                given: dict[str, Json] = {"covered": covered, "deductible": deductible}
                trace.append(child.rate.step(given | {"birthday": birthday.isoformat()}, benefit))
                return benefit
        raised = case.disease in self.raised
        return self._banded(case, covered, deductible, self.raised_levels if raised else self.levels, trace)

    def pay_by_level(self, case: Case, covered: int, trace: list[Step]) -> int:
        """Give the uncapped benefit by the level's bands alone: no deductible, no better rate, fen."""
        return self._banded(case, covered, 0, self.levels, trace)

    def _banded(
        self, case: Case, covered: int, deductible: int, levels: Mapping[str, Figure[Bands]], trace: list[Step]
    ) -> int:
        bands = levels[case.level]
        shift = 0 if self.inside_band_1 else deductible
        benefit = half_up(self.spread(bands.value, deductible - shift, covered - shift), BASIS_POINTS)
        trace.append(bands.step({"covered": covered, "deductible": deductible}, benefit))
        return benefit


def _raise(levels: Mapping[str, Figure[Bands]], points: Figure[int], figures: Figures) -> dict[str, Figure[Bands]]:
    """Raise every band, by points or by percent as the pack reads it, at most to 100% (packs.md §7, 4-9)."""
    percent = figures.one("reading.raised", str).value == "percent"

    def raised(rate: int) -> int:
        more = half_up(rate * points.value, BASIS_POINTS) if percent else points.value
        return min(BASIS_POINTS, rate + more)

    return {
        level: Figure(
            Bands(tuple(Band(band.over, band.upto, raised(band.rate)) for band in figure.value.rows)),
            _joined(points.note, figure.note),
        )
        for level, figure in levels.items()
    }


def _joined(points: Step, bands: Step) -> Step:
    """Write one note for the points and the bands that they raise: the later day, both sources, a mark if either is."""
    sources = dict.fromkeys((points["source"], bands["source"]))
    joined: Step = {
        **points,
        "ref": f"{points['ref']}+{bands['ref']}",
        "param": {"points": points["param"], "bands": bands["param"]},
        "since": max(points["since"], bands["since"]),
        "source": "; ".join(sources),
    }
    if points.get("assumed") or bands.get("assumed"):
        joined["assumed"] = True
    return joined


def _birthday(birth: date, age: int) -> date:
    """Give the day on which someone turns ``age``; who is born on 29 February does so on 1 March.

    A birthday beyond the calendar is its last day: a wrong year of birth must not end a run over many cases.
    """
    year = birth.year + age
    if year > MAXYEAR:
        return date.max
    try:
        return birth.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
