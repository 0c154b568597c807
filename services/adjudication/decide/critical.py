"""Critical illness insurance (大病保险): once the own in-scope payments of a year pass a start, bands pay part.

The layer pays the difference between what the whole year up to and with this claim deserves and what it deserved
before. The start is the one for the tags held that day; a tag that comes later tops nothing up (packs.md §7).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.money import BASIS_POINTS, half_up
from services.adjudication.decide.bands import marginal
from services.adjudication.decide.case import Case
from services.adjudication.decide.figure import Figure, Figures
from services.adjudication.decide.result import Step
from services.adjudication.decide.tags import by_tags, lowest
from services.adjudication.decide.units import Bands


@dataclass(frozen=True, slots=True)
class Critical:
    """The start (起付线), lower starts by tag, the bands, and the readings that the pack chose."""

    start: Figure[int]
    starts_by_tags: Mapping[frozenset[str], Figure[int]]
    bands: Figure[Bands]
    cumulative: bool
    after_cap: bool
    retroactive: bool

    @classmethod
    def of(cls, figures: Figures) -> "Critical | None":
        """Compile ``critical.*``; None where the pack has no such layer."""
        start = figures.maybe("critical.start", int)
        if start is None:
            return None
        return cls(
            start=start,
            starts_by_tags=by_tags(figures.under("critical.start", int), lowest, (start,)),
            bands=figures.one("critical.bands", Bands),
            cumulative=figures.one("reading.critical_bands", str).value == "cumulative",
            after_cap=figures.one("reading.critical_entry", str).value == "after_cap",
            retroactive=figures.one("reading.tag_change", str).value == "retroactive",
        )

    def pay(self, case: Case, own: int, cap_left: int, trace: list[Step]) -> int:
        """Give the layer's part of ``own``, fen; ``cap_left`` is what the basic cap still holds afterwards."""
        start = self.starts_by_tags[case.tags]
        before = case.ytd.own_in_scope
        trace.append(start.step({"before": before, "own": own}, max(0, before + own - start.value)))
        if before + own <= start.value or (self.after_cap and cap_left):
            return 0
        deserved = self._year(before + own, start.value)
        earlier = self._year(before, self.start.value if self.retroactive else start.value)
        paid = min(own, deserved - earlier)
        trace.append(self.bands.step({"year": deserved, "year_before": earlier}, paid))
        return paid

    def _year(self, own: int, start: int) -> int:
        """Give what a year with ``own`` fen paid in scope deserves, rounded once."""
        if own <= start:
            return 0
        if self.cumulative:
            return half_up(marginal(self.bands.value, start, own), BASIS_POINTS)
        return half_up(marginal(self.bands.value, 0, own - start), BASIS_POINTS)
