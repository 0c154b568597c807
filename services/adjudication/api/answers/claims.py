"""Claims as they are answered (申报): taken in, listed, added up, and one with all that happened to it."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from contracts.attachments import Attachment
from contracts.claims import Amounts, ClaimKind, Outcome, PayTo
from contracts.clawbacks import Clawback
from contracts.money import Fen
from contracts.text import Digest
from services.adjudication.model import Word

Status = Literal["submitted", "approved", "denied", "pended", "cancelled"]
"""已受理, 予以支付, 不予支付, 正在审核, 已撤销."""


class TakenIn(TypedDict):
    """受理: the number of the claim."""

    claim: str
    status: Literal["submitted"]


class TakenInMany(TypedDict):
    """批量受理: the numbers of the claims, line by line."""

    claims: list[str]


class Withdrawn(TypedDict):
    """撤销: what the fund takes back of the claim."""

    claim: str
    status: Literal["cancelled"]
    taken_back: Fen


class _Claim(TypedDict):
    claim: str
    person: str
    book: str
    provider: str
    kind: ClaimKind
    service_date: Annotated[date, Field(description="the day that picks every dated value")]
    pay_to: PayTo
    total: Annotated[Fen, Field(description="费用总额, fen")]
    business_date: Annotated[date, Field(description="the business day of intake")]
    status: Status


class ListedClaim(_Claim):
    """申报, as it stands in a list; ``fund`` in fen, ``reason`` of a denial."""

    fund: Fen | None
    reason: str | None
    round: int | None


class ClaimPage(TypedDict):
    """申报清单: in the order of the numbers."""

    claims: list[ListedClaim]


class StatusTotal(TypedDict):
    """申报汇总: claims, what was billed and what the fund pays, of one status."""

    status: Status
    claims: int
    total: Fen
    fund: Fen


class Totals(TypedDict):
    """申报汇总, by status."""

    totals: list[StatusTotal]


class DecisionRow(TypedDict):
    """待遇核定: one decision; ``waits``: until people agree, the one that it supersedes stands."""

    round: int
    decision_id: UUID
    decision_hash: Digest
    outcome: Outcome
    reason: str | None
    findings: list[str]
    fund: Fen
    business_date: date
    supersedes: UUID | None
    waits: bool


class ReviewRow(TypedDict):
    """审核: what one person did at one stage."""

    stage: str
    decision: Word
    final: bool
    actor: str
    reason: str
    business_date: date
    decision_id: UUID


class ReversalRow(TypedDict):
    """追回撤销: a clawback that was undone on appeal."""

    clawback: str
    appeal: str
    amount: Fen
    reason: str


class ShownClaim(_Claim):
    """申报, with every decision, review, clawback and reversal; ``amounts`` and ``status`` of the decision that stands.

    ``cancelled`` is the reason of a withdrawal, ``stage`` the stage of review that is due.
    """

    disease: str | None
    admitted: date | None
    discharged: date | None
    invoice: str
    attachments: list[Attachment]
    cancelled: str | None
    stage: str | None
    amounts: Amounts | None
    decisions: list[DecisionRow]
    reviews: list[ReviewRow]
    clawbacks: list[Clawback]
    reversals: list[ReversalRow]


class YearRow(TypedDict):
    """年度累计: what approved claims count in a book and a year, fen; chronic by disease, stays by their first day."""

    book: str
    year: int
    basic: Fen
    own_in_scope: Fen
    supplement: Fen
    assistance: Fen
    outpatient: Fen
    chronic: dict[str, Fen]
    stays: list[date]


class Years(TypedDict):
    """年度累计, of one person."""

    person: str
    years: list[YearRow]
