"""Decide every claim again, from the logs alone: the whole decision must come out as the same bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from contracts.canonical import written
from contracts.claims import Adjudicated, Amounts, ClaimCancelled, ClaimSubmitted, ReviewDecided
from contracts.clawbacks import Clawback, ClawbackReversed
from contracts.envelope import Body
from contracts.ids import uuid_of
from services.adjudication.decide.facts import Facts, facts_of
from services.adjudication.decide.intake import IntakeRules
from services.adjudication.decide.judgement import Reviewed, adjudicated, judge
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.sampling import Lot
from services.adjudication.model import Terms, in_county, pack_of
from services.cli.audit.chain import Row, spelled
from services.cli.audit.divergence import Differences, Divergence, short
from services.cli.audit.dossier import Dossiers
from services.cli.audit.published import Rules

NAMES = {
    "facts": "facts of the decision",
    "counted": "counted towards the year",
    "trace": "steps of the rule",
    "round": "number of the decision on its claim",
    "review": "review that allowed the decision",
}


@dataclass(slots=True)
class Handed:
    """A claim as it was handed in and how often it was decided; its form is kept until it is, its bytes for ever."""

    day: date
    body: bytes
    form: ClaimSubmitted | None
    rounds: int = 0

    def take_up(self) -> ClaimSubmitted:
        """Give the form, to decide on it once more."""
        form = self.form or ClaimSubmitted.model_validate_json(self.body)
        self.form = None  # of many claims forms and bytes together would be too much
        self.rounds += 1
        return form


class Standing(NamedTuple):
    """The decision that stands on a claim, in short; ``event`` is its id."""

    event: UUID
    outcome: str
    book: str
    provider: str
    decided_on: date
    amounts: Amounts


class Again(NamedTuple):
    """A claim, and what is decided on it now."""

    claim: ClaimSubmitted
    decision: Adjudicated


class Decisions:
    """The claims of one shard, decided again one after the other, in the order of the log."""

    def __init__(self, dossiers: Dossiers, rules: Rules, found: Differences) -> None:
        self.count = 0
        self.standing: dict[str, Standing] = {}
        self._dossiers = dossiers
        self._rules = rules
        self._found = found
        self._handed: dict[str, Handed] = {}
        self._reviews: dict[str, tuple[str, Reviewed]] = {}

    def hand_in(self, row: Row, form: ClaimSubmitted) -> None:
        """Take a claim in."""
        if form.claim in self._handed:
            self._found.expect(row.place, f"claim {form.claim} is handed in once", False, True)
        self._handed[form.claim] = Handed(row.business_date, row.body, form)

    def note(self, row: Row, body: Body) -> None:
        """Take in what moves a person's year, or says that people have looked at a claim."""
        match body:
            case ReviewDecided() if body.final:
                self._reviews[body.claim] = (row.id, "approved" if body.decision == "approve" else "rejected")
            case Clawback() | ClaimCancelled():
                self._dossiers.taken_back(body)
            case ClawbackReversed():
                self._dossiers.given_back(body)

    def decide(self, row: Row) -> Adjudicated | None:
        """Decide again what a row decided, and compare; gives what stands in the log, None if that cannot be read."""
        self.count += 1
        try:
            again = self.again(row.said)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            what = f"{type(error).__name__}: {error}"
            self._found.add(Divergence(row.place, "the claim and the rules of the decision", "in the logs", what))
            return self._recorded(row, None)
        if written(again.decision.plain()) == row.body:
            self.keep(row, again.claim, again.decision)
            return again.decision
        recorded = self._recorded(row, again.claim)
        if recorded is not None:
            for name, ours, theirs in _differing(again.decision, recorded):
                self._found.add(Divergence(row.place, NAMES.get(name, name), ours, theirs))
        return recorded

    def again(self, said: Mapping[str, Any]) -> Again:
        """Decide what was decided. Raises ``KeyError`` for a claim or rule in no log, ``ValueError`` for a bad form."""
        handed = self._handed[said["claim"]]
        claim = handed.take_up()
        review, reviewed = self._review(said)
        supersedes = None if said.get("supersedes") is None else self.standing[claim.claim].event
        facts = self._facts(said, claim, handed.day, again=supersedes is not None)
        pack, intake = self._rules_of(said, claim)
        judgement = judge(claim, facts, pack, intake, reviewed)
        rounds, seen = handed.rounds, int(said["seen"])
        decision = adjudicated(
            claim, facts, pack, judgement, round_=rounds, seen=seen, review=review, supersedes=supersedes
        )
        return Again(claim, decision)

    def _facts(self, said: Mapping[str, Any], claim: ClaimSubmitted, day: date, *, again: bool) -> Facts:
        """Gather the facts as the logs have them; of an invoice used before, the other claim is taken as recorded.

        A claim that is decided again because of facts that came late is decided on the year as it was then.
        """
        record, stands = self._dossiers.record(claim.person, said["seen"]), None
        if self._dossiers.taken < said["seen"]:
            raise ValueError(f"row {said['seen']} of enrollment, which the decision has seen")
        if again:
            own = record.placed.get(claim.claim)
            record, stands = record.before(claim.claim), own.fund if own else None
        stated = said["facts"]
        return facts_of(
            claim.claim,
            claim,
            record,
            self._terms(claim, stated["provider"]),
            submitted=day,
            invoice_of=stated["standing"]["invoice_of"],
            intake=stated["standing"]["intake"],
            stands=stands,
            lot=self._lot(stated["standing"].get("lot")),
        )

    def _lot(self, stated: str | None) -> Lot | None:
        return None if stated is None else self._rules.lots[stated]

    def _terms(self, claim: ClaimSubmitted, stated: Mapping[str, Any]) -> Terms | None:
        """Find the agreement that the decision names among those that were ever published for the day."""
        for terms in self._rules.providers.get(claim.provider, ()):
            here = in_county(claim.book, terms.area)
            known = {"level": terms.level, "in_county": here, "agreement": terms.agreement}
            if terms.since <= claim.on and known == stated:
                return terms
        return None

    def _rules_of(self, said: Mapping[str, Any], claim: ClaimSubmitted) -> tuple[Pack, IntakeRules]:
        pack = self._rules.packs[said["pack_id"]]
        if pack.name != pack_of(claim.book):
            raise KeyError(f"{pack.name} does not rule the book {claim.book}")
        return pack, self._rules.intake[said["facts"]["standing"]["intake"]]

    def _review(self, said: Mapping[str, Any]) -> tuple[UUID | None, Reviewed]:
        if said["review"] is None:
            return None, "no"
        event, word = self._reviews.pop(said["claim"])
        return UUID(event), word

    def _recorded(self, row: Row, claim: ClaimSubmitted | None) -> Adjudicated | None:
        """Go on with what was recorded, right or wrong: later decisions were made upon it."""
        try:
            decision = Adjudicated.model_validate(spelled(row, self._found).said)
        except ValueError as error:
            self._found.add(Divergence(row.place, "the Adjudicated cannot be read", "a body of its kind", str(error)))
            return None
        if claim is not None:
            self.keep(row, claim, decision)
        return decision

    def keep(self, row: Row, claim: ClaimSubmitted, decision: Adjudicated) -> None:
        """Let a decision stand, and count for those that follow."""
        event = uuid_of(row.id)
        if not decision.waits():
            self.standing[claim.claim] = Standing(
                event, decision.outcome, decision.book, decision.provider, row.business_date, decision.amounts
            )
        self._dossiers.decided(claim, decision, event)


def _differing(again: Adjudicated, recorded: Adjudicated) -> Iterator[tuple[str, str, str]]:
    """Give the parts in which a decision differs, as replayed and as recorded.

    What was recorded before a part was thought of has that part's default, in the decision as in its facts.
    """
    ours = orjson.loads(again.canonical())
    theirs = orjson.loads(recorded.canonical())
    theirs["facts"] = _as_today(theirs["facts"])
    for name in sorted(ours):
        if _written(ours[name]) != _written(theirs[name]):
            yield name, short(_written(ours[name])), short(_written(theirs[name]))


def _as_today(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write recorded facts with all that facts have today; what is no such thing stays as it is, and will differ."""
    try:
        today = Facts.from_json(facts).as_json()
        same = {part: {name: today[part][name] for name in stated} for part, stated in facts.items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return facts
    return today if _written(same) == _written(facts) else facts


def _written(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
