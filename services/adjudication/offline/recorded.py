"""Recorded claims under another pack (政策回测): what the log says was paid, beside what the pack would have paid.

Each claim keeps the facts of its decision, but its year to date is carried along: what the other pack would have
paid for the person's earlier claims stands in place of what was paid for them, and a stay counts where it would have
been approved. What was taken back of a claim (追回)
and not given back on appeal counts on both sides: as it was taken, and as it would be taken of what the other pack
pays, never more than that; so the same pack changes nothing. A decision knows of a clawback what was said before it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, cast
from uuid import UUID

from contracts.catalogue import parse
from contracts.claims import Adjudicated, ClaimCancelled, ClaimSubmitted, Counted
from contracts.clawbacks import Clawback, ClawbackReversed, FundSplit
from contracts.envelope import Event
from services.adjudication.decide.case import STAYS, Case
from services.adjudication.decide.clawback import Left, left_of, spread
from services.adjudication.decide.eligibility import CHECKS
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.judgement import as_case, counted_of, nothing_counted
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.pipeline import decide
from services.adjudication.decide.result import Amounts
from services.adjudication.offline.simulate import LAYERS, Compared

SUMS = ("basic", "own_in_scope", "supplement", "assistance", "outpatient")
OUTSIDE_THE_PACK = frozenset({*CHECKS, "REVIEW_REJECTED"})
"""Denials that no rule pack changes."""

KINDS = frozenset({ClaimSubmitted.KIND, Adjudicated.KIND, ClaimCancelled.KIND, Clawback.KIND, ClawbackReversed.KIND})

Sums = Counter[tuple[str, str]]
"""What counts towards a year: by sum, and for ``chronic`` by disease, fen."""

Stays = Counter[date]
"""By how many approved stays a person would have more, or fewer, by the day of admission."""

Taking = tuple[int, Clawback | ClawbackReversed]
Takings = Sequence[Taking]
"""What was taken back of one decision, and given back, in the order of the places in the shard at which it was said."""


@dataclass(slots=True)
class Moved:
    """By how much a person's year would differ: by the claims as they were decided, and by what was taken back since.

    ``taken`` holds of each claim what the other pack would pay, and what was taken back of it.
    """

    sums: Sums = field(default_factory=Counter)
    taken: list[tuple[Left, Takings]] = field(default_factory=list)

    def known_at(self, place: int) -> Sums:
        """Give the difference as a decision at a place in the shard knew the year."""
        if not self.taken:
            return self.sums
        sums = self.sums.copy()
        for whole, takings in self.taken:
            said = [one for one in takings if one[0] < place]
            for part in _as_taken(said):
                _count(sums, part.counted, 1)
            for part in _taken_of(whole, said):
                _count(sums, part.counted, -1)
        return sums


class Standing(NamedTuple):
    """The decision that stands on a claim, its event, and the place in the shard at which it was made."""

    place: int
    key: UUID
    decided: Adjudicated


class Span(NamedTuple):
    """The days of care that are looked at, both included; None: no bound."""

    first: date | None
    last: date | None

    def has(self, day: date) -> bool:
        """Tell whether a day lies in the span."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def compare(lines: Iterable[bytes], new: Pack, span: Span) -> Iterator[Compared]:
    """Compare the decisions that stand in one shard of adjudication's log with what ``new`` would have given.

    ``lines`` are the shard's canonical lines from the first. Claims under packs of another name, pended and
    cancelled ones are left out. One that was decided again keeps the place in the year at which it was first approved.
    Raises ``ValueError``, ``KeyError`` for what is no such line.
    """
    forms: dict[str, ClaimSubmitted] = {}
    standing: dict[str, Standing] = {}
    placed: set[str] = set()
    takings: defaultdict[UUID, list[Taking]] = defaultdict(list)
    for place, (key, body) in enumerate(_bodies(lines)):
        match body:
            case ClaimSubmitted():
                forms[body.claim] = body
            case Adjudicated() if not body.waits():
                if body.claim not in placed:
                    standing.pop(body.claim, None)
                standing[body.claim] = Standing(place, key, body)
                if body.outcome == "approved":
                    placed.add(body.claim)
            case ClaimCancelled():
                standing.pop(body.claim, None)
            case Clawback() | ClawbackReversed():
                takings[body.decision_id].append((place, body))
    moved: defaultdict[tuple[str, str, int], Moved] = defaultdict(Moved)
    stays: defaultdict[str, Stays] = defaultdict(Counter)
    for one in standing.values():
        decided = one.decided
        if decided.pack == new.name and decided.outcome != "pended" and span.has(decided.on):
            year = moved[decided.person, decided.book, decided.on.year]
            yield _again(forms[decided.claim], one, takings[one.key], new, year, stays[decided.person])


def _bodies(lines: Iterable[bytes]) -> Iterator[tuple[UUID, object]]:
    events = (Event.from_line(line) for line in lines)
    return ((event.id, parse(event)) for event in events if event.kind in KINDS)


def _again(form: ClaimSubmitted, one: Standing, takings: Takings, new: Pack, moved: Moved, stays: Stays) -> Compared:
    """Decide one claim again, and move the year and the stays on by the difference."""
    decided = one.decided
    facts = Facts.from_json(decided.facts)
    before = cast(Amounts, decided.amounts.model_dump())
    after, taken = before, _as_taken(takings)
    again = taken
    if decided.reason not in OUTSIDE_THE_PACK:
        case = _moved(as_case(form, facts, new.name), moved.known_at(one.place), stays)
        result = decide(case, new)
        after, approved = result["amounts"], result["outcome"] == "approved"
        counted = counted_of(form, result) if approved else nothing_counted(form)
        if form.kind in STAYS and form.admitted is not None:
            stays[form.admitted] += approved - (decided.outcome == "approved")
        whole = Left(FundSplit(**{layer: after[layer] for layer in LAYERS}), counted)
        again = _taken_of(whole, takings)
        _count(moved.sums, counted, 1)
        _count(moved.sums, decided.counted, -1)
        if takings:
            moved.taken.append((whole, takings))
    return Compared(
        decided.pack,
        decided.book,
        decided.on.year,
        facts.level or "",
        frozenset(facts.tags),
        before,
        after,
        _layers(taken),
        _layers(again),
    )


def _as_taken(takings: Takings) -> list[Left]:
    """Give what was taken back of a decision and not given back."""
    parts: dict[str, Left] = {}
    for _, body in takings:
        if isinstance(body, Clawback):
            parts[body.clawback] = Left(body.split, body.counted)
        else:
            parts.pop(body.clawback, None)
    return list(parts.values())


def _taken_of(whole: Left, takings: Takings) -> list[Left]:
    """Take the same back of what another pack pays, never more than is left of it."""
    parts: dict[str, Left] = {}
    for _, body in takings:
        if isinstance(body, ClawbackReversed):
            parts.pop(body.clawback, None)
            continue
        left = left_of(whole.split, whole.counted, list(parts.values()))
        amount = min(body.amount, left.split.total())
        if amount:
            parts[body.clawback] = spread(left, amount)
    return list(parts.values())


def _layers(parts: Iterable[Left]) -> FundSplit:
    taken = [part.split for part in parts]
    return FundSplit(**{layer: sum(getattr(split, layer) for split in taken) for layer in LAYERS})


def _moved(case: Case, moved: Sums, stays: Stays) -> Case:
    ytd = case.ytd
    placed = Counter(ytd.stays)
    placed.update(stays)
    diseases = ytd.chronic.keys() | {disease for name, disease in moved if name == "chronic"}
    chronic = {disease: max(0, ytd.chronic.get(disease, 0) + moved["chronic", disease]) for disease in diseases}
    sums = {name: max(0, getattr(ytd, name) + moved[name, ""]) for name in SUMS}
    return case._replace(ytd=ytd._replace(chronic=chronic, stays=tuple(sorted(placed.elements())), **sums))


def _count(moved: Sums, counted: Counted, sign: int) -> None:
    """Let what a claim counts, or what was taken back of it, move the year."""
    for name in SUMS:
        moved[name, ""] += sign * getattr(counted, name)
    if counted.disease:
        moved["chronic", counted.disease] += sign * counted.chronic
