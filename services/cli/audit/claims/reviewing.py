"""Check every review again (审核): the stage that is due, each time another person, about the last decision."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from contracts.claims import Adjudicated, ReviewDecided
from contracts.ids import uuid_of
from services.adjudication.decide.review import Order, Subject, refusal, settles
from services.adjudication.decide.tiers import ROLES, chain_for
from services.adjudication.model import Act
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences
from services.cli.audit.log.published import Rules

ANY_ROLE = frozenset(ROLES.values())
"""No log says which roles somebody held, or which insured person they are: that an API asks, and nobody can later."""


@dataclass(slots=True)
class Waiting:
    """A decision that people look at, the stages of its chain, and what was done about it so far."""

    id: UUID
    hash: str
    round: int
    outcome: str
    findings: tuple[str, ...]
    chain: Sequence[str]
    acts: list[Act] = field(default_factory=list)


class Chains:
    """The reviews of one shard, in the order of the log."""

    def __init__(self, rules: Rules, found: Differences) -> None:
        self._rules = rules
        self._found = found
        self._waiting: dict[str, Waiting] = {}

    def wait(self, row: Row, decision: Adjudicated) -> None:
        """Take in a decision that waits for people, or was drawn for them to look at."""
        about = uuid_of(row.id), row.hash, decision.round, decision.outcome, decision.findings
        self._waiting[decision.claim] = Waiting(*about, self._chain(decision))

    def _chain(self, decision: Adjudicated) -> list[str]:
        """Name the stages; none, and nobody's word passes, where the decision names no rules that were published."""
        try:
            rules = self._rules.intake[decision.facts["standing"]["intake"]]  # type: ignore[index, call-overload]
        except (KeyError, TypeError):
            return []
        return [stage for stage, _ in chain_for(rules.tiers, decision.book, decision.pay_to, decision.amounts.total)]

    def withdraw(self, claim: str) -> None:
        """Let nobody review a claim any more."""
        self._waiting.pop(claim, None)

    def check(self, row: Row, body: ReviewDecided, person: str, handed_in_by: str, rounds: int) -> None:
        """Hold a review against the last of ``rounds`` decisions on the claim, and against who reviewed it before."""
        waits, claim = self._waiting.get(body.claim), body.claim
        there = waits is not None and waits.round == rounds
        if not self._found.expect(row.place, f"{claim} waits for people", True, there) or waits is None:
            return
        subject = Subject(
            waits.outcome, waits.findings, waits.id, waits.hash, waits.chain, person, handed_in_by, waits.acts
        )
        order = Order(body.stage, body.decision, body.decision_id, body.decision_hash, row.actor, ANY_ROLE, None)
        refused = refusal(subject, order)
        if self._found.expect(row.place, f"what bars {row.actor} from {body.stage} of {claim}", None, refused):
            final = settles(waits.chain, body.stage, body.decision)
            self._found.expect(row.place, f"{body.stage} is the last word on {claim}", final, body.final)
        waits.acts.append(Act(body.stage, body.decision, row.actor))
