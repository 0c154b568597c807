"""What adjudication says: a claim came in, was decided with every step shown, reviewed, withdrawn; and the rules."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from contracts.attachments import Attachments
from contracts.canonical import canonical
from contracts.envelope import Body, Part
from contracts.money import BasisPoints, Fen
from contracts.people import ProviderCode, ProviderLevel
from contracts.text import Area, BookCode, Code, Day, Digest, LongText, Text

ClaimKind = Literal["inpatient", "outpatient", "chronic", "single_disease", "bed_day"]
Outcome = Literal["approved", "denied", "pended"]
PayTo = Literal["person", "provider"]
"""零星报销 pays the person; 一站式结算 pays the hospital that advanced the money."""

MAX_LINES = 500


class ClaimLine(Part):
    """One fee line (费用明细): a catalogue item on a day, its class and its caps, in fen."""

    item: Code
    day: Day
    amount: Fen
    list_class: Annotated[Literal["A", "B", "C"], Field(alias="class")]
    self_pay_bp: BasisPoints
    over_limit: Fen


class ClaimForm(Part):
    """费用申报表: one visit or stay of one person at one provider, with its fee lines and papers.

    ``on`` is the day that picks every dated value: the discharge of a stay, the day of a visit.
    """

    person: Code
    book: BookCode
    provider: ProviderCode
    kind: ClaimKind
    admitted: Day | None
    discharged: Day | None
    on: Day
    disease: Code | None
    invoice: Code
    pay_to: PayTo
    self_pay_consent: bool
    referral: bool
    lines: Annotated[tuple[ClaimLine, ...], Field(min_length=1, max_length=MAX_LINES)]
    attachments: Attachments = ()


class ClaimSubmitted(ClaimForm, Body):
    """费用申报: a claim form was taken in under the number ``claim``."""

    KIND: ClassVar[str] = "ClaimSubmitted"

    claim: Code

    def control(self) -> tuple[str, int]:
        """Count what was billed."""
        return self.book, sum(line.amount for line in self.lines)


class Amounts(Part):
    """The split of one claim (费用分割), fen. The identities of packs.md §2 hold for every one."""

    total: Fen
    outside_list: Fen
    over_limit: Fen
    pre_self_pay: Fen
    in_scope: Fen
    deductible: Fen
    basic: Fen
    supplement: Fen
    critical: Fen
    assistance: Fen
    fund: Fen
    hospital: Fen
    person: Fen
    account: Fen
    cash: Fen


class Counted(Part):
    """计入年度累计: what a claim adds to the person's accumulators of ``year`` in the book of the claim, fen.

    ``chronic`` counts against the yearly allowance of ``disease``; all are 0 unless the claim is approved.
    """

    year: int
    basic: Fen
    own_in_scope: Fen
    supplement: Fen
    assistance: Fen
    outpatient: Fen
    chronic: Fen
    disease: Code | None


class Adjudicated(Body):
    """待遇核定: the decision on a claim, with all that it knew.

    ``facts`` are the person, the provider and the year to date as the rule saw them; ``seen`` is the
    position of the person's enrollment shard that they came from; ``pack_id`` is the hash of the rule
    pack. So anyone can decide again from the logs and must get the same ``amounts``, to the fen.
    ``round`` counts the decisions on the claim; ``review`` is the review that allowed this one, or
    with the finding ``REVIEW_VOID`` the one that agreed to other amounts and so allows nothing.
    ``supersedes`` names the decision that stood before, where facts that came late had the claim decided again:
    this one takes its place, and a ``Clawback`` beside it takes back what was left of it. A pended one waits for
    people, and until they agree the other stands.
    """

    KIND: ClassVar[str] = "Adjudicated"

    claim: Code
    round: int
    person: Code
    book: BookCode
    provider: ProviderCode
    kind: ClaimKind
    on: Day
    pay_to: PayTo
    outcome: Outcome
    reason: Code | None
    findings: tuple[Code, ...]
    review: UUID | None
    pack: Code
    pack_id: Digest
    seen: int
    facts: dict[str, JsonValue]
    amounts: Amounts
    counted: Counted
    trace: tuple[dict[str, JsonValue], ...]
    supersedes: UUID | None = None

    def waits(self) -> bool:
        """Tell whether the decision that it supersedes still stands, until people agree."""
        return self.outcome == "pended" and self.supersedes is not None

    def canonical(self) -> bytes:
        """Write the body as every body is written, only faster: facts and trace are plain already."""
        return canonical(self.plain())

    def plain(self) -> dict[str, object]:
        """Give the body as plain values."""
        return self.__dict__ | {"amounts": self.amounts.__dict__, "counted": self.counted.__dict__}

    def control(self) -> tuple[str, int]:
        """Count what the fund owes: an approved claim's fund part, else nothing."""
        return self.book, self.amounts.fund if self.outcome == "approved" else 0


class ReviewDecided(Body):
    """审核: one stage of the review chain, by one person, bound to exactly one decision.

    ``decision_id`` and ``decision_hash`` name the Adjudicated event that was looked at;
    anything newer makes the review void. ``final`` is set on the stage that settles it.
    """

    KIND: ClassVar[str] = "ReviewDecided"

    claim: Code
    book: BookCode
    stage: Code
    decision: Literal["approve", "reject", "return", "hold", "resume"]
    decision_id: UUID
    decision_hash: Digest
    final: bool
    reason: LongText

    def control(self) -> tuple[str, int]:
        """Count decisions, no money."""
        return self.book, 0


class ClaimCancelled(Body):
    """撤销申报: a claim is withdrawn. What was approved is taken back by a ``Clawback`` beside this event.

    ``decision_id`` is the decision that stood at that moment, null where none had been made; ``counted`` is what
    the person's accumulators give back, ``account`` what the personal account gets back, fen.
    """

    KIND: ClassVar[str] = "ClaimCancelled"

    claim: Code
    person: Code
    book: BookCode
    decision_id: UUID | None
    counted: Counted
    account: Fen
    reason: LongText

    def control(self) -> tuple[str, int]:
        """Count cancellations, no money."""
        return self.book, 0


class AgreementForm(Part):
    """定点协议: a provider's level, place and agreement from ``since`` on."""

    provider: ProviderCode
    name: Text
    level: ProviderLevel
    area: Area
    agreement: Literal["active", "suspended", "terminated"]
    since: Day


class ProviderChanged(AgreementForm, Body):
    """定点协议变更: a provider's level, place and agreement hold from ``since`` on.

    One clerk may say it for today and later. For the past it was proposed by somebody else, as ``proposal`` names.
    """

    KIND: ClassVar[str] = "ProviderChanged"

    proposal: Code | None = None


class PackPublished(Body):
    """规则包发布: the whole content of a rule pack, so that the log alone holds all that a decision used."""

    KIND: ClassVar[str] = "PackPublished"

    pack: Code
    pack_id: Digest
    content: str
