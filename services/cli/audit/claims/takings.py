"""Check every clawback again (追回): never more than was approved, by two people, and given back once and whole.

Without people only the service takes back: all that is left of a decision whose place another takes, or of a claim that
is withdrawn. What people took of a decision is taken again of the one that takes its place.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from contracts.appeals import AppealDismissed, ClawbackAppealed
from contracts.claims import Adjudicated, ClaimCancelled, Counted
from contracts.clawbacks import Clawback, ClawbackProposed, ClawbackRejected, ClawbackReversed, FundSplit
from contracts.envelope import Body
from services.adjudication.decide.clawback import TOP_DOWN, Left, left_of, spread
from services.adjudication.decide.supervision.grounds import CANCELLED
from services.adjudication.model import COUNTED
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Divergence

OF = ("claim", "person", "book", "provider", "kind", "on")
"""What a clawback must say as the decision did."""

WHOLE = (*OF, "decision_id", "split", "amount", "counted")
"""What a clawback that was undone must say as the clawback did."""

NOTHING = dict.fromkeys(COUNTED, 0) | {"disease": None}
"""What a withdrawn claim gives back to the year stands in its cancellation."""


class Proposal(NamedTuple):
    """A proposed clawback and the amount in fen; who decided anything about it so far, and who objected."""

    amount: int
    deciders: set[str]
    appellants: set[str]


class Approved(NamedTuple):
    """An approved decision in short: whom and what it is about, the fund's layers, what it counts, the account's part.

    Money is fen.
    """

    about: tuple[object, ...]
    split: FundSplit
    counted: Counted
    account: int


@dataclass
class Takings:
    """What was taken back of the decisions of one shard, and who had a part in it."""

    _approved: dict[str, Approved] = field(default_factory=dict)
    """The approved decisions by id."""
    _latest: dict[str, str] = field(default_factory=dict)
    """Claim → the decision that stands."""
    _replaced: dict[str, str] = field(default_factory=dict)
    """Approved decision → the one that has taken its place, until all that was left of it is taken back."""
    _again: dict[tuple[str, str], int] = field(default_factory=dict)
    """Decision and clawback of people that is to be taken of it again → fen."""
    _agreed: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    """Claim → the clawbacks that people agreed to and that were not undone → fen, of whatever decision is to stand."""
    _withdrawn: set[str] = field(default_factory=set)
    """Decisions that were taken back as those of a withdrawn claim, until the claim is."""
    _proposed: dict[str, Proposal] = field(default_factory=dict)
    _ended: set[str] = field(default_factory=set)
    """The clawbacks that people have agreed to or turned down."""
    _appeals: dict[str, str] = field(default_factory=dict)
    """Clawback → what the open appeal is against."""
    _taken: defaultdict[str, dict[str, Clawback]] = field(default_factory=lambda: defaultdict(dict))
    """Decision → the clawbacks of it that stand, by number."""

    def decide(self, row: Row, decision: Adjudicated) -> None:
        """Take a decision in; one that waits for people takes nobody's place."""
        if decision.waits():
            return
        self._latest[decision.claim] = row.id
        if decision.supersedes is not None and str(decision.supersedes) in self._approved:
            self._replaced[str(decision.supersedes)] = row.id
        if decision.outcome == "approved":
            amounts = decision.amounts
            split = FundSplit(**{layer: getattr(amounts, layer) for layer in TOP_DOWN})
            about = tuple(getattr(decision, name) for name in OF)
            self._approved[row.id] = Approved(about, split, decision.counted, amounts.account)
            rest = split.total()
            for clawback, agreed in self._agreed.get(decision.claim, {}).items():
                amount = min(agreed, rest)
                if amount:
                    self._again[row.id, clawback] = amount
                rest -= amount

    def finish(self, found: Differences) -> None:
        """Tell what should have been taken back, and was not."""
        for decision in self._replaced:
            found.add(Divergence(decision, "what was left is taken back", "a clawback", "none"))
        for (decision, clawback), amount in self._again.items():
            found.add(Divergence(decision, f"{clawback} is taken again", f"{amount} fen", "nothing"))
        for decision in self._withdrawn:
            found.add(Divergence(decision, "the claim is withdrawn", "a cancellation", "none"))

    def take_in(self, row: Row, body: Body, found: Differences) -> None:
        """Check what one row says that is no decision."""
        match body:
            case ClawbackProposed():
                self._proposed[body.clawback] = Proposal(body.amount, {row.actor}, set())
            case ClawbackAppealed():
                self._object(row, body, found)
            case AppealDismissed():
                found.expect(row.place, "the appeal is open", body.against, self._appeals.pop(body.clawback, None))
                self._part(row, body.clawback, found)
            case ClawbackRejected():
                self._end(row, body.clawback, found)
            case Clawback():
                self._take(row, body, found)
            case ClaimCancelled():
                self._withdraw(row, body, found)
            case ClawbackReversed():
                self._give_back(row, body, found)

    def _take(self, row: Row, body: Clawback, found: Differences) -> None:
        decision = str(body.decision_id)
        approved, standing = self._approved.get(decision), self._taken[decision]
        if not found.expect(row.place, f"{decision} is approved", True, approved is not None) or approved is None:
            return
        left = self._left(decision, approved)
        found.expect(row.place, "layers of the clawback", body.split.total(), body.amount)
        found.expect(row.place, "the clawback is new", False, body.clawback in standing)
        found.expect(row.place, "whom it is taken from", approved.about, tuple(getattr(body, name) for name in OF))
        enough = body.amount <= left.split.total()
        if found.expect(row.place, f"{body.amount} fen are left of the decision", True, enough):
            (split, counted), account = self._due(row, body, approved, left, found)
            found.expect(row.place, "layers that give it back", split, body.split)
            found.expect(row.place, "what the year gives back", counted, body.counted)
            found.expect(row.place, "what the account gets back", account, body.account)
        standing[body.clawback] = body

    def _due(self, row: Row, body: Clawback, approved: Approved, left: Left, found: Differences) -> tuple[Left, int]:
        """Check who takes back; give what is due to be taken back, and what the account gets back with it, fen."""
        if body.clawback in self._proposed:
            self._end(row, body.clawback, found)
            found.expect(row.place, "amount as proposed", self._proposed[body.clawback].amount, body.amount)
            found.expect(row.place, "open appeal", None, self._appeals.get(body.clawback))
            self._agreed[body.claim][body.clawback] = body.amount
            return _part_of(left, body.amount), 0
        if body.repeats is not None:
            again = self._again.pop((str(body.decision_id), body.repeats), 0)
            found.expect(row.place, f"what is taken again of {body.repeats}", again, body.amount)
            return _part_of(left, body.amount), 0
        if (body.ground or body.finding) == CANCELLED:  # before there were grounds, this stood as a finding
            self._withdrawn.add(str(body.decision_id))
            return left._replace(counted=left.counted.model_copy(update=NOTHING)), 0
        self._replace(row, str(body.decision_id), found)
        return left, approved.account

    def _replace(self, row: Row, decision: str, found: Differences) -> None:
        """See that another decision takes the place of this one."""
        by = self._replaced.pop(decision, None)
        found.expect(row.place, "two people, or a decision that takes its place", True, by is not None)

    def _withdraw(self, row: Row, body: ClaimCancelled, found: Differences) -> None:
        """See that nothing is left of a claim that is withdrawn, and that the year and the account get it back."""
        decision = self._latest.get(body.claim)
        found.expect(row.place, "the decision that stood", decision, body.decision_id and str(body.decision_id))
        self._withdrawn.discard(decision or "")
        approved = self._approved.get(decision or "")
        if decision is None or approved is None:
            found.expect(row.place, "what the account gets back", 0, body.account)
            found.expect(row.place, "what the year gives back", 0, sum(getattr(body.counted, name) for name in COUNTED))
            return
        left = self._left(decision, approved)
        found.expect(row.place, "fen left of the withdrawn claim", 0, left.split.total())
        found.expect(row.place, "what the year gives back", left.counted, body.counted)
        found.expect(row.place, "what the account gets back", approved.account, body.account)

    def _left(self, decision: str, approved: Approved) -> Left:
        taken = self._taken[decision].values()
        return left_of(approved.split, approved.counted, [(one.split, one.counted) for one in taken])

    def _give_back(self, row: Row, body: ClawbackReversed, found: Differences) -> None:
        self._part(row, body.appeal, found)
        found.expect(row.place, "the appeal is open", "clawback", self._appeals.pop(body.appeal, None))
        self._agreed[body.claim].pop(body.appeal, None)
        taken = self._taken[str(body.decision_id)].pop(body.clawback, None)
        if not found.expect(row.place, "the clawback stands", True, taken is not None) or taken is None:
            return
        found.expect(row.place, "clawback that people agreed to", taken.repeats or taken.clawback, body.appeal)
        for name in WHOLE:
            found.expect(row.place, f"{name} of the clawback", getattr(taken, name), getattr(body, name))

    def _object(self, row: Row, body: ClawbackAppealed, found: Differences) -> None:
        """Let somebody object who decided nothing about it; the same may object again after the approval."""
        self._appeals[body.clawback] = body.against
        proposal = self._of(row, body.clawback, found)
        if proposal is not None:
            found.expect(row.place, f"{row.actor} decided on {body.clawback}", False, row.actor in proposal.deciders)
            proposal.appellants.add(row.actor)

    def _end(self, row: Row, clawback: str, found: Differences) -> None:
        """Let a proposal be decided on once."""
        self._part(row, clawback, found)
        found.expect(row.place, f"{clawback} is decided on once", False, clawback in self._ended)
        self._ended.add(clawback)

    def _part(self, row: Row, clawback: str, found: Differences) -> None:
        """Let somebody decide who had no part in it before: whoever decides is somebody else each time."""
        proposal = self._of(row, clawback, found)
        if proposal is not None:
            before = row.actor in proposal.deciders | proposal.appellants
            found.expect(row.place, f"{row.actor} had a part in {clawback} before", False, before)
            proposal.deciders.add(row.actor)

    def _of(self, row: Row, clawback: str, found: Differences) -> Proposal | None:
        found.expect(row.place, f"the clawback {clawback} was proposed", True, clawback in self._proposed)
        return self._proposed.get(clawback)


def _part_of(left: Left, amount: int) -> Left:
    """Give the part of what is left that comes to ``amount`` fen; nothing is no part."""
    return spread(left, amount) if amount else left
