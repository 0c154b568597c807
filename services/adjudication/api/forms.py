"""What front ends send (申报表单): claim forms, review orders, clawback proposals, cancellations."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from contracts.claims import ClaimForm
from contracts.envelope import Part
from contracts.money import Fen
from contracts.text import Code, Digest, LongText

Reason = Annotated[LongText, Field(min_length=1)]


class Submission(ClaimForm):
    """费用申报: a claim form; ``claim`` is the caller's own number for it, or null for one made here."""

    claim: Code | None = None


class ReviewOrder(Part):
    """审核意见: what a reviewer decides at a stage; id and hash name the decision that was looked at.

    The stage ``sample`` is the look at an approved claim that was drawn (抽查).
    """

    stage: Literal["initial", "second", "recheck", "approval", "sample"]
    decision: Literal["approve", "reject", "return", "hold", "resume"]
    decision_id: UUID
    decision_hash: Digest
    reason: LongText = ""

    @model_validator(mode="after")
    def _say_why(self) -> "ReviewOrder":
        if self.decision not in ("approve", "resume") and not self.reason:
            raise ValueError("a reason is needed to reject, return or hold")
        return self


class Proposal(Part):
    """追回建议: take back fee lines (their numbers, from 0) or an amount in fen of an approved claim.

    Because of a recorded ``finding`` of supervision, or on another ``ground``, a code of the published table.
    """

    claim: Code
    lines: Annotated[tuple[int, ...], Field(max_length=500)] = ()
    amount: Fen | None = None
    finding: Code | None = None
    ground: Code | None = None
    reason: Reason

    @model_validator(mode="after")
    def _one_of_both(self) -> "Proposal":
        if bool(self.lines) == (self.amount is not None):
            raise ValueError("give either lines or an amount")
        if (self.finding is None) == (self.ground is None):
            raise ValueError("give either a finding or another ground")
        return self


class Explained(Part):
    """理由: why something is withdrawn or turned down."""

    reason: Reason
