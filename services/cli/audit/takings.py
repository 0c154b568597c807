"""Check every clawback again (追回): never more than was approved, by two people, and given back once and whole."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from contracts.appeals import AppealDismissed, ClawbackAppealed
from contracts.clawbacks import Clawback, ClawbackProposed, ClawbackReversed
from contracts.envelope import Body
from services.cli.audit.chain import Row
from services.cli.audit.divergence import Differences

WHOLE = ("claim", "person", "book", "provider", "kind", "on", "decision_id", "split", "amount", "counted")
"""What a clawback that was undone must say as the clawback did."""


class Proposal(NamedTuple):
    """A proposed clawback and the amount in fen; who decided anything about it so far, and who objected."""

    amount: int
    deciders: set[str]
    appellants: set[str]


@dataclass
class Takings:
    """What was taken back of the decisions of one shard, and who had a part in it."""

    _proposed: dict[str, Proposal] = field(default_factory=dict)
    _appeals: dict[str, str] = field(default_factory=dict)
    """Clawback → what the open appeal is against."""
    _taken: defaultdict[str, dict[str, Clawback]] = field(default_factory=lambda: defaultdict(dict))
    """Decision → the clawbacks of it that stand, by number."""

    def take_in(self, row: Row, body: Body, approved: Mapping[str, int], found: Differences) -> None:
        """Check what one row says; ``approved`` is the fund's part of every approved decision by its id, fen."""
        match body:
            case ClawbackProposed():
                self._proposed[body.clawback] = Proposal(body.amount, {row.actor}, set())
            case ClawbackAppealed():
                self._object(row, body, found)
            case AppealDismissed():
                found.expect(row.place, "the appeal is open", body.against, self._appeals.pop(body.clawback, None))
                self._part(row, body.clawback, found)
            case Clawback():
                self._take(row, body, approved, found)
            case ClawbackReversed():
                self._give_back(row, body, found)

    def _take(self, row: Row, body: Clawback, approved: Mapping[str, int], found: Differences) -> None:
        decision = str(body.decision_id)
        standing = self._taken[decision]
        found.expect(row.place, "layers of the clawback", body.split.total(), body.amount)
        left = approved.get(decision, 0) - sum(taken.amount for taken in standing.values())
        found.expect(row.place, f"{body.amount} fen are left of the decision", True, body.amount <= left)
        found.expect(row.place, "the clawback is new", False, body.clawback in standing)
        if body.clawback in self._proposed:
            self._part(row, body.clawback, found)
            found.expect(row.place, "amount as proposed", self._proposed[body.clawback].amount, body.amount)
            found.expect(row.place, "open appeal", None, self._appeals.get(body.clawback))
        standing[body.clawback] = body

    def _give_back(self, row: Row, body: ClawbackReversed, found: Differences) -> None:
        self._part(row, body.appeal, found)
        found.expect(row.place, "the appeal is open", "clawback", self._appeals.pop(body.appeal, None))
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
