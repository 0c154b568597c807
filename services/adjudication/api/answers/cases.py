"""What people decide on, as it is answered (审核, 追回, 申诉, 再核定)."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from contracts.attachments import Attachment
from contracts.claims import ClaimKind, PayTo
from contracts.clawbacks import FundSplit
from contracts.money import Fen
from contracts.text import Digest
from services.adjudication.model import Word


class _Reviewed(TypedDict):
    claim: str
    person: str
    book: str
    provider: str
    kind: ClaimKind
    pay_to: PayTo
    total: Fen
    fund: Annotated[Fen, Field(description="what the fund pays, or would pay, fen")]
    decision_id: UUID
    decision_hash: Digest


class WaitingClaim(_Reviewed):
    """待审核: a pended claim; ``stage`` is due on the business day ``due``, ``stands`` is paid until people agree.

    ``rule_version`` is that of the rules of supervision whose reminders ``findings`` may hold; null of older decisions.
    """

    findings: list[str]
    rule_version: Digest | None
    pended_on: date
    stands: Fen
    attachments: list[Attachment]
    stage: str | None
    held: bool
    due: date
    due_assumed: Annotated[bool, Field(description="no notice of working days is known for the year of ``due``")]
    overdue: bool


class WaitingPage(TypedDict):
    """待审核清单: in the order of the numbers."""

    reviews: list[WaitingClaim]


class DrawnClaim(_Reviewed):
    """抽查: an approved claim that was drawn."""

    decided_on: date


class DrawnPage(TypedDict):
    """抽查清单: in the order of the numbers."""

    reviews: list[DrawnClaim]


class Reviewed(TypedDict):
    """审核: what was noted; ``final``: it settles the claim."""

    claim: str
    stage: str
    decision: Word
    final: bool


class ProposedClawback(TypedDict):
    """追回建议."""

    clawback: str
    claim: str
    amount: Fen


class ApprovedClawback(ProposedClawback):
    """追回审批: what is taken back, by layer of the fund."""

    split: FundSplit


class ClawbackStatus(TypedDict):
    """追回: how it stands now."""

    clawback: str
    claim: str
    status: Literal["proposed", "approved", "rejected", "appealed"]


class GivenBack(TypedDict):
    """申诉成立: all that the clawback took is given back."""

    clawback: str
    claim: str
    status: Literal["reversed"]
    given_back: Fen


class ShownClawback(TypedDict):
    """追回: the proposal, how it stands, and the last appeal against it with its answer.

    ``lines`` are numbers of fee lines, from 0; ``ground`` is a code of the published table, null of old clawbacks;
    ``appeal_until`` is the last business day for an appeal.
    """

    clawback: str
    claim: str
    lines: list[int]
    amount: Fen
    finding: str | None
    ground: str | None
    reason: str
    status: Literal["proposed", "approved", "rejected", "appealed", "reversed"]
    appeal: str | None
    answer: str | None
    appealed_on: date | None
    appeal_until: date | None


class Reconsideration(TypedDict):
    """再核定: because of what, since when, how many persons were looked at and claims decided again so far."""

    reconsideration: str
    because: Literal["agreement", "pack"]
    provider: str | None
    book: str | None
    since: date
    ordered_on: date
    approved_by: str | None
    persons: int
    decided: int
    status: Literal["proposed", "open", "done", "rejected"]


class Reconsiderations(TypedDict):
    """再核定清单: the latest first."""

    reconsiderations: list[Reconsideration]


class ReconsiderationStatus(TypedDict):
    """再核定: how it stands now."""

    reconsideration: str
    status: Literal["open", "rejected"]
