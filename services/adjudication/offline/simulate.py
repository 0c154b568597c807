"""What another pack would have cost (政策测算): the same claims under two packs, by layer, level, tag and burden."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from contracts.clawbacks import FundSplit
from services.adjudication.decide.case import Case
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.pipeline import decide
from services.adjudication.decide.result import Amounts

TENTHS = 10
LAYERS: tuple[Literal["basic", "supplement", "critical", "assistance"], ...]
LAYERS = ("basic", "supplement", "critical", "assistance")
NOTHING_TAKEN = FundSplit(basic=0, supplement=0, critical=0, assistance=0)


class Compared(NamedTuple):
    """One claim as it was split, and as another pack would split it; ``book`` is empty for a case from a file.

    ``taken`` is what the fund took back of it by layer (追回), ``taken_again`` what it would of the other split, fen.
    """

    pack: str
    book: str
    year: int
    level: str
    tags: frozenset[str]
    before: Amounts
    after: Amounts
    taken: FundSplit
    taken_again: FundSplit


class Pair(NamedTuple):
    """What one group costs: how many claims, the fund's part under the old and the new pack less clawbacks, fen.

    ``taken`` is what was taken back: ``before`` was decided as that much more.
    """

    cases: int
    before: int
    after: int
    taken: int

    def plus(self, cost: "Cost") -> "Pair":
        """Add one claim."""
        return Pair(self.cases + 1, self.before + cost.before, self.after + cost.after, self.taken + cost.taken)


class Cost(NamedTuple):
    """What one claim, or a layer of it, costs the fund under the old and the new pack less clawbacks, fen."""

    before: int
    after: int
    taken: int


@dataclass(slots=True)
class Simulation:
    """The outcome: cost by group (层次, 级别, 身份, 自付十分位), in which books and years, who gains and who loses."""

    groups: dict[tuple[str, str], Pair] = field(default_factory=lambda: defaultdict(lambda: Pair(0, 0, 0, 0)))
    books: set[tuple[str, int]] = field(default_factory=set)
    winners: int = 0
    losers: int = 0
    unchanged: int = 0

    def of(self, kind: str) -> list[tuple[str, Pair]]:
        """Give the groups of one kind in the order of their names: all, layer, level, tag or decile."""
        return [(name, pair) for (group, name), pair in sorted(self.groups.items()) if group == kind]


def simulate(cases: Iterable[Case], old: Pack, new: Pack) -> Simulation:
    """Decide every case under both packs, each with the year to date that it states, and add up."""
    return add_up(
        Compared(
            case.pack,
            "",
            case.on.year,
            case.level,
            case.tags,
            decide(case, old)["amounts"],
            decide(case, new)["amounts"],
            NOTHING_TAKEN,
            NOTHING_TAKEN,
        )
        for case in cases
    )


def add_up(compared: Iterable[Compared]) -> Simulation:
    """Add claims up by group; the deciles are of the person's part under the old pack, the lightest burden first.

    That part is as decided: a clawback takes from whoever was paid, and is no benefit of either pack.
    """
    outcome = Simulation()
    burdens: list[tuple[int, Cost]] = []
    for claim in compared:
        before, after = claim.before, claim.after
        outcome.books.add((claim.book, claim.year))
        burdens.append((before["person"], _cost(claim)))
        outcome.winners += after["person"] < before["person"]
        outcome.losers += after["person"] > before["person"]
        outcome.unchanged += after["person"] == before["person"]
        for group, cost in _groups(claim):
            outcome.groups[group] = outcome.groups[group].plus(cost)
    for rank, (_, cost) in enumerate(sorted(burdens)):
        group = ("decile", f"{rank * TENTHS // len(burdens) + 1:02d}")
        outcome.groups[group] = outcome.groups[group].plus(cost)
    return outcome


def _groups(claim: Compared) -> Iterator[tuple[tuple[str, str], Cost]]:
    whole = _cost(claim)
    yield ("all", claim.pack), whole
    yield ("level", claim.level), whole
    for tag in sorted(claim.tags) or ["none"]:
        yield ("tag", tag), whole
    for layer in LAYERS:
        taken, again = getattr(claim.taken, layer), getattr(claim.taken_again, layer)
        yield ("layer", layer), Cost(claim.before[layer] - taken, claim.after[layer] - again, taken)


def _cost(claim: Compared) -> Cost:
    taken, again = claim.taken.total(), claim.taken_again.total()
    return Cost(claim.before["fund"] - taken, claim.after["fund"] - again, taken)
