"""What another pack would have cost (政策测算): the same claims under two packs, by layer, level, tag and burden."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from services.adjudication.decide.case import Case
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.pipeline import decide
from services.adjudication.decide.result import Amounts

TENTHS = 10
LAYERS: tuple[Literal["basic", "supplement", "critical", "assistance"], ...]
LAYERS = ("basic", "supplement", "critical", "assistance")


class Compared(NamedTuple):
    """One claim as it was split, and as another pack would split it; ``book`` is empty for a case from a file."""

    pack: str
    book: str
    year: int
    level: str
    tags: frozenset[str]
    before: Amounts
    after: Amounts


class Pair(NamedTuple):
    """What one group costs: how many claims, the fund's part under the old and the new pack, fen."""

    cases: int
    before: int
    after: int

    def plus(self, before: int, after: int) -> "Pair":
        """Add one claim."""
        return Pair(self.cases + 1, self.before + before, self.after + after)


@dataclass(slots=True)
class Simulation:
    """The outcome: cost by group (层次, 级别, 身份, 自付十分位), in which books and years, who gains and who loses."""

    groups: dict[tuple[str, str], Pair] = field(default_factory=lambda: defaultdict(lambda: Pair(0, 0, 0)))
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
        )
        for case in cases
    )


def add_up(compared: Iterable[Compared]) -> Simulation:
    """Add claims up by group; the deciles are of the person's part under the old pack, the lightest burden first."""
    outcome = Simulation()
    burdens: list[tuple[int, int, int]] = []
    for claim in compared:
        before, after = claim.before, claim.after
        outcome.books.add((claim.book, claim.year))
        burdens.append((before["person"], before["fund"], after["fund"]))
        outcome.winners += after["person"] < before["person"]
        outcome.losers += after["person"] > before["person"]
        outcome.unchanged += after["person"] == before["person"]
        for group, paid in _groups(claim):
            outcome.groups[group] = outcome.groups[group].plus(*paid)
    for rank, (_, was, is_now) in enumerate(sorted(burdens)):
        group = ("decile", f"{rank * TENTHS // len(burdens) + 1:02d}")
        outcome.groups[group] = outcome.groups[group].plus(was, is_now)
    return outcome


def _groups(claim: Compared) -> Iterator[tuple[tuple[str, str], tuple[int, int]]]:
    fund = (claim.before["fund"], claim.after["fund"])
    yield ("all", claim.pack), fund
    yield ("level", claim.level), fund
    for tag in sorted(claim.tags) or ["none"]:
        yield ("tag", tag), fund
    for layer in LAYERS:
        yield ("layer", layer), (claim.before[layer], claim.after[layer])
