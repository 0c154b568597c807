"""结算记录: an approved claim as supervision sees it, with what enrollment says today about the day of the care."""

from datetime import date
from typing import NamedTuple

from contracts.claims import ClaimKind


class Charge(NamedTuple):
    """One fee line as it was charged; amount in fen."""

    item: str
    day: date
    amount: int
    list_class: str


class Shares(NamedTuple):
    """Who bears what of a claim, fen."""

    total: int
    in_scope: int
    basic: int
    supplement: int
    critical: int
    assistance: int
    hospital: int

    @property
    def fund(self) -> int:
        """Sum of the four layers, fen."""
        return self.basic + self.supplement + self.critical + self.assistance


class Recorded(NamedTuple):
    """An approved claim that still stands. ``status`` is what enrollment says today about the day ``on``.

    ``clawed_back`` is what has been taken back of it so far, fen; ``shares`` are as they were decided.
    """

    claim: str
    person: str
    book: str
    provider: str
    level: str
    in_county: bool
    tags: tuple[str, ...]
    kind: ClaimKind
    disease: str | None
    on: date
    admitted: date | None
    discharged: date | None
    pay_to: str
    decided_on: date
    reviewed: bool
    status: str | None
    status_since: date | None
    charges: tuple[Charge, ...]
    shares: Shares
    clawed_back: int

    @property
    def begins(self) -> date:
        """Give the first day of the care."""
        return self.admitted or self.on

    @property
    def month(self) -> str:
        """Give the month of the decision, YYYY-MM."""
        return f"{self.decided_on:%Y-%m}"
