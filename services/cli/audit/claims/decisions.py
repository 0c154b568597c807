"""Decide every claim again, from the logs alone: the whole decision must come out as the same bytes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from contracts.canonical import written
from contracts.claims import Adjudicated, Amounts, ClaimCancelled, ClaimSubmitted, ReviewDecided
from contracts.clawbacks import Clawback, ClawbackReversed
from contracts.envelope import Body
from contracts.ids import uuid_of
from contracts.supervision import FindingRaised
from services.adjudication.decide.facts import Facts, facts_of
from services.adjudication.decide.intake import IntakeRules
from services.adjudication.decide.judgement import Reviewed, adjudicated, judge
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.sampling import Lot
from services.adjudication.model import Terms, in_county, pack_of
from services.adjudication.recorded import Recorded
from services.cli.audit.claims.differing import differing
from services.cli.audit.claims.dossier import Dossiers
from services.cli.audit.claims.evidence import check_evidence, recorded
from services.cli.audit.claims.reviewing import Chains
from services.cli.audit.claims.standing import Standing
from services.cli.audit.log.chain import Row, spelled
from services.cli.audit.log.divergence import Differences, Divergence
from services.cli.audit.log.published import Rules

T = TypeVar("T")
U = TypeVar("U")


@dataclass(slots=True)
class Handed:
    """A claim as it was handed in and how often it was decided; its form is kept until it is, its bytes for ever."""

    actor: str
    person: str
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


class Word(NamedTuple):
    """The last word of a review: the event that says it, and the amounts that people had before them."""

    event: UUID | None
    reviewed: Reviewed
    agreed: Amounts | None


NOBODY = Word(None, "no", None)


class Due(NamedTuple):
    """A claim that is to be decided again, with all that its decision knew."""

    claim: ClaimSubmitted
    facts: Facts
    pack: Pack
    intake: IntakeRules
    word: Word
    round: int
    seen: int
    supersedes: UUID | None

    def decided(self) -> Adjudicated:
        """Decide it. Raises ``ValueError`` and the like for facts that are none."""
        claim, facts, pack, intake, (event, reviewed, agreed), round_, seen, supersedes = self
        judgement = judge(claim, facts, pack, intake, reviewed, agreed)
        return adjudicated(claim, facts, pack, judgement, round_=round_, seen=seen, review=event, supersedes=supersedes)


class Decisions:
    """The claims of one shard, decided again one after the other, in the order of the log."""

    def __init__(self, dossiers: Dossiers, rules: Rules, found: Differences) -> None:
        self.count = 0
        self.standing: dict[str, Standing] = {}
        self._dossiers = dossiers
        self._rules = rules
        self._found = found
        self._handed: dict[str, Handed] = {}
        self._pended: dict[UUID, Amounts] = {}
        self._reviews: dict[str, Word] = {}
        self._chains = Chains(rules, found)

    def hand_in(self, row: Row, form: ClaimSubmitted) -> None:
        """Take a claim in."""
        if form.claim in self._handed:
            self._found.expect(row.place, f"claim {form.claim} is handed in once", False, True)
        self._handed[form.claim] = Handed(row.actor, form.person, row.business_date, row.body, form)

    def note(self, row: Row, body: Body) -> None:
        """Take in what moves a person's year, or says that people have looked at a claim."""
        match body:
            case ReviewDecided():
                self._review(row, body)
            case Clawback() | ClaimCancelled():
                self._dossiers.taken_back(body)
                if isinstance(body, ClaimCancelled):
                    self._chains.withdraw(body.claim)
            case ClawbackReversed():
                self._dossiers.given_back(body)
            case FindingRaised() if body.claim is not None:
                check_evidence(row, body, self._history(row.stream), self._rules.supervision, self._found)

    def _history(self, person: str) -> list[Recorded]:
        """Give what stands approved of a person, first approved first, as supervision sees it."""
        claims = [(self._handed[number], self.standing[number]) for number in self._dossiers.approved(person)]
        return [
            recorded(one.form or ClaimSubmitted.model_validate_json(one.body), standing)
            for one, standing in claims
            if standing.outcome == "approved"
        ]

    def _review(self, row: Row, body: ReviewDecided) -> None:
        handed = self._handed.get(body.claim)
        if handed is not None:
            self._chains.check(row, body, handed.person, handed.actor, handed.rounds)
        if body.final:
            reviewed: Reviewed = "approved" if body.decision == "approve" else "rejected"
            self._reviews[body.claim] = Word(uuid_of(row.id), reviewed, self._pended.get(body.decision_id))

    def decide(self, rows: Sequence[Row]) -> list[Adjudicated | None]:
        """Decide again what rows decided, and compare; gives what stands in the log, None for what cannot be read.

        Nobody's decision touches anybody else: those of different persons go through every step together, for a
        processor does one thing often faster than many things in turn.
        """
        self.count += len(rows)
        return [one for run in self._runs(rows) for one in self._compared(run)]

    def _runs(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
        """Part rows, in order, into runs in which no person comes twice."""
        run: list[Row] = []
        persons: set[str] = set()
        for row in rows:
            handed = self._handed.get(str(row.said.get("claim")))
            person = row.stream if handed is None else handed.person
            if person in persons:
                yield run
                run, persons = [], set()
            run.append(row)
            persons.add(person)
        yield run

    def _compared(self, run: Sequence[Row]) -> Iterator[Adjudicated | None]:
        due = [self._tried(row, self.due, row.said) for row in run]
        decisions = [one and self._tried(row, Due.decided, one) for row, one in zip(run, due, strict=True)]
        bodies = [decision and written(decision.plain()) for decision in decisions]
        for row, one, decision, body in zip(run, due, decisions, bodies, strict=True):
            if one is None or decision is None:
                yield self._recorded(row, None)
            elif body == row.body:
                self.keep(row, one.claim, decision)
                yield decision
            else:
                yield self._told(row, one.claim, decision)

    def _tried(self, row: Row, step: Callable[[T], U], given: T) -> U | None:
        try:
            return step(given)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            what = f"{type(error).__name__}: {error}"
            self._found.add(Divergence(row.place, "the claim and the rules of the decision", "in the logs", what))
            return None

    def _told(self, row: Row, claim: ClaimSubmitted, decision: Adjudicated) -> Adjudicated | None:
        recorded = self._recorded(row, claim)
        if recorded is not None:
            for name, ours, theirs in differing(decision, recorded):
                self._found.add(Divergence(row.place, name, ours, theirs))
        return recorded

    def due(self, said: Mapping[str, Any]) -> Due:
        """Take up what was decided. Raises ``KeyError`` for a claim or rule in no log, ``ValueError`` for a bad one."""
        handed = self._handed[said["claim"]]
        claim = handed.take_up()
        word = NOBODY if said["review"] is None else self._reviews.pop(said["claim"])
        supersedes = None if said.get("supersedes") is None else self.standing[claim.claim].event
        pack, intake = self._rules_of(said, claim)
        facts = self._facts(said, claim, handed.day, intake, again=supersedes is not None)
        return Due(claim, facts, pack, intake, word, handed.rounds, int(said["seen"]), supersedes)

    def _facts(
        self, said: Mapping[str, Any], claim: ClaimSubmitted, day: date, intake: IntakeRules, *, again: bool
    ) -> Facts:
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
            intake=intake.id,
            supervision=intake.supervision,
            stands=stands,
            lot=self._lot(stated["standing"].get("lot")),
        )

    def _lot(self, stated: str | None) -> Lot | None:
        return None if stated is None else self._rules.lots[stated]

    def _terms(self, claim: ClaimSubmitted, stated: Mapping[str, Any]) -> Terms | None:
        """Find the agreement that the decision names among those that were ever published for the day."""
        for terms in self._rules.providers.get(claim.provider, ()):
            known = terms.level == stated["level"] and terms.agreement == stated["agreement"]
            if known and terms.since <= claim.on and in_county(claim.book, terms.area) == stated["in_county"]:
                return terms
        return None

    def _rules_of(self, said: Mapping[str, Any], claim: ClaimSubmitted) -> tuple[Pack, IntakeRules]:
        pack = self._rules.packs[said["pack_id"]]
        if pack.name != pack_of(claim.book):
            raise KeyError(f"{pack.name} does not rule the book {claim.book}")
        standing = said["facts"]["standing"]
        return pack, self._rules.intake_of(standing["intake"], standing.get("supervision"))

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
        if decision.findings:
            self._chains.wait(row, decision)
            if decision.outcome == "pended":
                self._pended[event] = decision.amounts
        if not decision.waits():
            self.standing[claim.claim] = Standing.of(row, event, decision)
        self._dossiers.decided(claim, decision, event)
