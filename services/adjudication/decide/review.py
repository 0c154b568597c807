"""审核流程: 初审→复审→(复核→)审批, every stage by another person, every decision bound to what was looked at."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.adjudication.decide.sampling import SAMPLED
from services.adjudication.decide.tiers import ROLES
from services.adjudication.model import Act, Word

SAMPLE = "sample"
"""The one stage of a claim that was approved and drawn (抽查): it holds nothing up, and settles nothing."""


class Order(NamedTuple):
    """What somebody wants to do: the decision they looked at is named by id and hash.

    ``person`` is their own number as an insured person, None where it is not known.
    """

    stage: str
    word: Word
    decision_id: UUID
    decision_hash: str
    actor: str
    roles: frozenset[str]
    person: str | None


class Subject(NamedTuple):
    """The decision under review, its chain, who it concerns, and what was done about it so far, oldest first."""

    outcome: str
    findings: Sequence[str]
    decision_id: UUID
    decision_hash: str
    chain: Sequence[str]
    person: str
    submitted_by: str
    acts: Sequence[Act]


class Refusal(NamedTuple):
    """Why an order is not carried out: a stable code and a sentence."""

    code: str
    message: str


class Position(NamedTuple):
    """Where a chain stands: the stage that is due (None: settled), and whether it is on hold."""

    stage: str | None
    held: bool


def position(chain: Sequence[str], acts: Sequence[Act]) -> Position:
    """Fold the acts so far: approve moves on, return moves back, reject settles, hold stops until resume."""
    at, held = 0, False
    for act in acts:
        if act.word == "reject":
            return Position(None, False)
        if act.word in ("hold", "resume"):
            held = act.word == "hold"
        else:
            at = at + 1 if act.word == "approve" else max(0, at - 1)
    return Position(chain[at] if at < len(chain) else None, held)


def settles(chain: Sequence[str], stage: str, word: Word) -> bool:
    """Tell whether this act is the last word on the claim. A look at a sample never is: a clawback may follow it."""
    return stage != SAMPLE and (word == "reject" or (word == "approve" and stage == chain[-1]))


def refusal(subject: Subject, order: Order) -> Refusal | None:
    """Say why the order may not be carried out now; None if it may."""
    if (order.decision_id, order.decision_hash) != (subject.decision_id, subject.decision_hash):
        return Refusal("STALE_DECISION", "the claim has been decided anew since you looked at it; look again")
    refused = _of_sample(subject, order) if order.stage == SAMPLE else _of_chain(subject, order)
    return refused or _own_case(subject, order)


def _of_chain(subject: Subject, order: Order) -> Refusal | None:
    due = position(subject.chain, subject.acts)
    if subject.outcome != "pended" or due.stage is None:
        return Refusal("NOT_IN_REVIEW", "the claim is not waiting for a review")
    if order.stage != due.stage:
        return Refusal("WRONG_STAGE", f"the stage that is due is {due.stage}, not {order.stage}")
    if ROLES[order.stage] not in order.roles:
        return Refusal("WRONG_ROLE", f"the stage {order.stage} needs the role {ROLES[order.stage]}")
    if due.held != (order.word == "resume"):
        return Refusal("ON_HOLD" if due.held else "NOT_ON_HOLD", "resume ends a hold, and nothing else does")
    return None


def _of_sample(subject: Subject, order: Order) -> Refusal | None:
    if subject.outcome != "approved" or SAMPLED not in subject.findings or subject.acts:
        return Refusal("NOT_IN_REVIEW", "the claim was not drawn, or was looked at before")
    if order.word not in ("approve", "reject"):
        return Refusal("WRONG_WORD", "a sample is found right or wrong: approve or reject")
    if not order.roles & set(ROLES.values()):
        return Refusal("WRONG_ROLE", "a sample is looked at by a reviewer or an approver")
    return None


def _own_case(subject: Subject, order: Order) -> Refusal | None:
    """A person keeps to one stage of a chain, and stays out of a case of their own."""
    if order.actor in (subject.person, subject.submitted_by) or order.person == subject.person:
        return Refusal("OWN_CASE", "nobody decides on a claim that they handed in or that is their own")
    if any(act.actor == order.actor and act.stage != order.stage for act in subject.acts):
        return Refusal("SAME_PERSON", "you have already acted at another stage of this chain")
    return None
