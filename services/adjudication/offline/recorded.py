"""Recorded claims under another pack (政策回测): what the log says was paid, beside what the pack would have paid.

Each claim keeps the facts of its decision, but its year to date is carried along: what the other pack would have
paid for the person's earlier claims stands in place of what was paid for them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple, cast

from contracts.catalogue import parse
from contracts.claims import Adjudicated, ClaimCancelled, ClaimSubmitted, Counted
from contracts.envelope import Event
from services.adjudication.decide.accumulators import advance
from services.adjudication.decide.case import Case, Ytd
from services.adjudication.decide.eligibility import CHECKS
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.judgement import as_case
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.pipeline import decide
from services.adjudication.decide.result import Amounts
from services.adjudication.offline.simulate import Compared

SUMS = ("basic", "own_in_scope", "supplement", "assistance", "outpatient")
OUTSIDE_THE_PACK = frozenset({*CHECKS, "REVIEW_REJECTED"})
"""Denials that no rule pack changes."""

KINDS = frozenset({ClaimSubmitted.KIND, Adjudicated.KIND, ClaimCancelled.KIND})

Moved = Counter[tuple[str, str]]
"""By how much a person's year would differ: by sum, and for ``chronic`` by disease, fen."""


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
    standing: dict[str, Adjudicated] = {}
    placed: set[str] = set()
    for body in _bodies(lines):
        match body:
            case ClaimSubmitted():
                forms[body.claim] = body
            case Adjudicated() if not body.waits():
                if body.claim not in placed:
                    standing.pop(body.claim, None)
                standing[body.claim] = body
                if body.outcome == "approved":
                    placed.add(body.claim)
            case ClaimCancelled():
                standing.pop(body.claim, None)
    moved: defaultdict[tuple[str, str, int], Moved] = defaultdict(Counter)
    for decided in standing.values():
        if decided.pack == new.name and decided.outcome != "pended" and span.has(decided.on):
            year = moved[decided.person, decided.book, decided.on.year]
            yield _again(forms[decided.claim], decided, new, year)


def _bodies(lines: Iterable[bytes]) -> Iterator[object]:
    events = (Event.from_line(line) for line in lines)
    return (parse(event) for event in events if event.kind in KINDS)


def _again(form: ClaimSubmitted, decided: Adjudicated, new: Pack, moved: Moved) -> Compared:
    """Decide one claim again, and move the year on by the difference."""
    facts = Facts.from_json(decided.facts)
    before = cast(Amounts, decided.amounts.model_dump())
    after = before
    if decided.reason not in OUTSIDE_THE_PACK:
        case = _moved(as_case(form, facts, new.name), moved)
        result = decide(case, new)
        after = result["amounts"]
        moved.update(_sums(advance(Ytd(), case, result)))
        moved.subtract(_counted(decided.counted))
    return Compared(
        decided.pack, decided.book, decided.on.year, facts.level or "", frozenset(facts.tags), before, after
    )


def _moved(case: Case, moved: Moved) -> Case:
    ytd = case.ytd
    diseases = ytd.chronic.keys() | {disease for name, disease in moved if name == "chronic"}
    chronic = {disease: max(0, ytd.chronic.get(disease, 0) + moved["chronic", disease]) for disease in diseases}
    sums = {name: max(0, getattr(ytd, name) + moved[name, ""]) for name in SUMS}
    return case._replace(ytd=ytd._replace(chronic=chronic, **sums))


def _sums(ytd: Ytd) -> Moved:
    sums: Moved = Counter({(name, ""): getattr(ytd, name) for name in SUMS})
    sums.update({("chronic", disease): used for disease, used in ytd.chronic.items()})
    return sums


def _counted(counted: Counted) -> Moved:
    sums: Moved = Counter({(name, ""): getattr(counted, name) for name in SUMS})
    if counted.disease:
        sums["chronic", counted.disease] = counted.chronic
    return sums
