"""What the service knows (个人档案): a person's cover, tags, status and year so far, and a provider's agreement."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile
from typing import Literal, NamedTuple
from uuid import UUID

from contracts.claims import Counted

INSURED_BY: Mapping[str, str] = {"310": "employee", "390": "resident"}
"""险种 → the scheme in a pack's name."""

INTAKE = "intake"
"""The name under which the rules of intake are published."""

SAMPLING = "sampling"
"""The name under which each month's seed of the draw is published."""

SUPERVISION = "supervision"
"""The name under which the rules of supervision are published."""

GROUNDS = "grounds"
"""The name under which the grounds of clawbacks are published."""

Word = Literal["approve", "reject", "return", "hold", "resume"]
"""What a reviewer may say: 通过, 否决, 退回上一环节, 挂起, 恢复."""

PACKS_STREAM = "packs"
"""The stream of everything that is published: one shard, so its order is the order of publication."""


def pack_of(book: str) -> str | None:
    """Name the rule pack of a book: area and scheme; None for a book that insures nobody."""
    area, _, insutype = book.partition("-")
    scheme = INSURED_BY.get(insutype)
    return scheme and f"{area}-{scheme}"


def book_of(pack: str) -> str | None:
    """Name the book that a rule pack is for; None for what is no rule pack."""
    area, _, scheme = pack.partition("-")
    insutype = next((insutype for insutype, name in INSURED_BY.items() if name == scheme), None)
    return insutype and f"{area}-{insutype}"


def in_county(book: str, area: str) -> bool:
    """Tell whether a place lies in the area of a book; a city's book (``…00``) takes in all its counties."""
    home = book[:6]
    return area == home or (home.endswith("00") and area[:4] == home[:4])


COUNTED = ("basic", "own_in_scope", "supplement", "assistance", "outpatient", "chronic")
"""The sums of a ``Counted``, fen."""


class Dated(NamedTuple):
    """One fact in a book from ``begins`` to its last day ``ends`` (None: still open)."""

    book: str
    what: str
    begins: date
    ends: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether the fact holds on a day."""
        return self.begins <= day and (self.ends is None or day <= self.ends)


class Stay(NamedTuple):
    """A stay (住院) of a claim that is approved, or pended and so keeps its place."""

    claim: str
    disease: str | None
    admitted: date
    discharged: date
    approved: bool

    def overlaps(self, admitted: date, discharged: date) -> bool:
        """Tell whether two stays share time; leaving one house and entering another on one day is no overlap."""
        return self.admitted == admitted or (self.admitted < discharged and admitted < self.discharged)


class Year(NamedTuple):
    """The accumulators (年度累计) of one person in one book and calendar year, fen."""

    basic: int = 0
    own_in_scope: int = 0
    supplement: int = 0
    assistance: int = 0
    outpatient: int = 0
    chronic: Mapping[str, int] = {}

    def plus(self, counted: Counted) -> "Year":
        """Give the accumulators after a claim."""
        chronic = self.chronic
        if counted.chronic and counted.disease:
            chronic = {**chronic, counted.disease: chronic.get(counted.disease, 0) + counted.chronic}
        return Year(
            self.basic + counted.basic,
            self.own_in_scope + counted.own_in_scope,
            self.supplement + counted.supplement,
            self.assistance + counted.assistance,
            self.outpatient + counted.outpatient,
            chronic,
        )


def negated(counted: Counted) -> Counted:
    """Turn what counts towards the year into what is taken off it."""
    return counted.model_copy(update={name: -getattr(counted, name) for name in COUNTED})


class Placed(NamedTuple):
    """What a claim that was approved counts now: what is left of it, and what its account paid; ``fund`` as decided."""

    book: str
    decision: UUID
    fund: int
    counted: Counted
    account: int


class Act(NamedTuple):
    """What one person did at one stage of a review."""

    stage: str
    word: Word
    actor: str


class Terms(NamedTuple):
    """A provider's agreement (定点协议) from ``since`` on."""

    since: date
    level: str
    area: str
    agreement: str


@dataclass(slots=True)
class Record:
    """个人档案: one person, as known at one moment; a batch carries it along from claim to claim.

    ``placed`` holds the claims that were ever approved, in the order in which they first were, for who decides again.
    """

    seen: int = 0
    births: dict[str, date] = field(default_factory=dict)
    coverages: list[Dated] = field(default_factory=list)
    tags: list[Dated] = field(default_factory=list)
    certificates: list[Dated] = field(default_factory=list)
    statuses: list[Dated] = field(default_factory=list)
    balances: dict[str, int] = field(default_factory=dict)
    years: dict[tuple[str, int], Year] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    placed: dict[str, Placed] = field(default_factory=dict)

    def year(self, book: str, year: int) -> Year:
        """Give the accumulators of a book and calendar year."""
        return self.years.get((book, year), Year())

    def count(self, book: str, counted: Counted, from_account: int) -> None:
        """Add what an approved claim counts, and take what the person's own account paid."""
        self.years[book, counted.year] = self.year(book, counted.year).plus(counted)
        if from_account:
            self.balances[book] = self.balances.get(book, 0) - from_account

    def place(self, stay: Stay) -> None:
        """Keep a stay, in place of what was kept for the same claim."""
        self.release(stay.claim)
        self.stays.append(stay)

    def release(self, claim: str) -> None:
        """Give up the stay of a claim."""
        self.stays = [stay for stay in self.stays if stay.claim != claim]

    def before(self, claim: str) -> "Record":
        """Give the record without a claim and all that were approved after it; a claim never approved comes last."""
        own = self.placed.get(claim)
        if own is None:
            return self
        earlier = set(takewhile(lambda number: number != claim, self.placed))
        year = Year()
        for number in earlier:
            other = self.placed[number]
            if (other.book, other.counted.year) == (own.book, own.counted.year):
                year = year.plus(other.counted)
        return replace(
            self,
            years={**self.years, (own.book, own.counted.year): year},
            balances={**self.balances, own.book: self.balances.get(own.book, 0) + own.account},
            stays=[stay for stay in self.stays if stay.claim in earlier or stay.claim not in self.placed],
        )
