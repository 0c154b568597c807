"""分级审核: which stages a claim goes through before it is paid, by book, payee and amount, and in how many days."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from contracts.claims import PayTo

ANY_BOOK = "*"

ROLES: Mapping[str, str] = {
    "initial": "reviewer_1",
    "second": "reviewer_2",
    "recheck": "reviewer_3",
    "approval": "approver",
}
"""Stage → the role that may decide it."""


class Stage(NamedTuple):
    """环节: ``within`` is the working days from the decision under review until this stage is done at the latest."""

    name: str
    within: int


class Tier(NamedTuple):
    """审核档次: the chain of claims of ``book`` (or of any) for ``pay_to`` with at least ``above`` fen billed."""

    book: str
    pay_to: PayTo
    above: int
    stages: tuple[Stage, ...]


def tiers_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Tier, ...]:
    """Read the tiers of the rules of intake. Raises ``ValueError`` for a chain that is empty, unknown or doubled.

    Nobody would pass a claim through a chain of no stages: there is none.
    """
    tiers = tuple(
        Tier(row["book"], row["pay_to"], row["from"], tuple(Stage(*stage) for stage in row["stages"])) for row in rows
    )
    for tier in tiers:
        names = [stage.name for stage in tier.stages]
        if not names or len(set(names)) < len(names) or not set(names) <= ROLES.keys():
            raise ValueError(f"a review chain has stages, known ones, each once: {names}")
    for pay_to in ("person", "provider"):
        if not any(tier[:3] == (ANY_BOOK, pay_to, 0) for tier in tiers):
            raise ValueError(f"there is no review chain for every claim that pays a {pay_to}")
    return tiers


def chain_for(tiers: Sequence[Tier], book: str, pay_to: str, total: int) -> tuple[Stage, ...]:
    """Give the chain of a claim of ``total`` fen: that of its own book before that of any, then of the highest tier."""
    fitting = [
        tier for tier in tiers if tier.pay_to == pay_to and tier.above <= total and tier.book in (book, ANY_BOOK)
    ]
    return max(fitting, key=lambda tier: (tier.book == book, tier.above)).stages
