"""What another pack would have cost (政策测算): the same cases under two packs, by layer, level, tag and burden.

The cases are decided one by one as they were, each with the year to date that it states; amounts in fen.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from contracts.money import half_up, yuan
from services.adjudication.decide.case import Case
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.pipeline import decide
from services.adjudication.decide.result import Amounts

TENTHS = 10


class Pair(NamedTuple):
    """What one group costs: how many cases, the fund's part under the old and the new pack, fen."""

    cases: int
    before: int
    after: int

    def plus(self, before: int, after: int) -> "Pair":
        """Add one case."""
        return Pair(self.cases + 1, self.before + before, self.after + after)


@dataclass(slots=True)
class Simulation:
    """The outcome: cost by group (层次, 级别, 身份, 自付十分位), how many pay less (winners) and more (losers)."""

    groups: dict[tuple[str, str], Pair] = field(default_factory=lambda: defaultdict(lambda: Pair(0, 0, 0)))
    winners: int = 0
    losers: int = 0
    unchanged: int = 0


def simulate(cases: Iterable[Case], old: Pack, new: Pack) -> Simulation:
    """Decide every case under both packs and add up."""
    outcome = Simulation()
    burdens: list[tuple[int, int, int]] = []
    for case in cases:
        before, after = decide(case, old)["amounts"], decide(case, new)["amounts"]
        burdens.append((before["person"], before["fund"], after["fund"]))
        outcome.winners += after["person"] < before["person"]
        outcome.losers += after["person"] > before["person"]
        outcome.unchanged += after["person"] == before["person"]
        for group, paid in _groups(case, before, after):
            outcome.groups[group] = outcome.groups[group].plus(*paid)
    for rank, (_, was, is_now) in enumerate(sorted(burdens)):
        group = ("decile", f"{rank * TENTHS // len(burdens) + 1:02d}")
        outcome.groups[group] = outcome.groups[group].plus(was, is_now)
    return outcome


def table(outcome: Simulation) -> Iterator[str]:
    """Write the outcome line by line, in yuan, with the change of each group in percent."""
    yield "分组 | 案例 | 原支付 | 新支付 | 变化"
    for (kind, name), pair in sorted(outcome.groups.items()):
        change = f"{_percent(pair.after - pair.before, pair.before)}%" if pair.before else "-"
        yield f"{kind} {name} | {pair.cases} | {yuan(pair.before)} | {yuan(pair.after)} | {change}"
    yield f"个人负担减少 {outcome.winners}, 增加 {outcome.losers}, 不变 {outcome.unchanged}"


def _groups(case: Case, before: Amounts, after: Amounts) -> Iterator[tuple[tuple[str, str], tuple[int, int]]]:
    fund = (before["fund"], after["fund"])
    yield ("all", case.pack), fund
    yield ("level", case.level), fund
    for tag in sorted(case.tags) or ["none"]:
        yield ("tag", tag), fund
    yield ("layer", "basic"), (before["basic"], after["basic"])
    yield ("layer", "supplement"), (before["supplement"], after["supplement"])
    yield ("layer", "critical"), (before["critical"], after["critical"])
    yield ("layer", "assistance"), (before["assistance"], after["assistance"])


def _percent(part: int, whole: int) -> str:
    tenths = half_up(part * 1_000, whole)
    sign = "-" if tenths < 0 else "+"
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"
