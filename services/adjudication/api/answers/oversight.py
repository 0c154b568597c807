"""Providers, packs and supervision, as they are answered (定点机构, 规则包, 医保基金监管)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, JsonValue
from typing_extensions import TypedDict

from contracts.money import Fen
from contracts.people import ProviderLevel, Tag
from contracts.text import Digest
from services.adjudication.followed import Status

Share = Annotated[int | None, Field(description="万分点 (basis points); null of nothing")]


class Agreement(TypedDict):
    """定点协议: level, place and agreement of a provider from a day on."""

    provider: str
    since: date
    name: str
    level: ProviderLevel
    area: str
    agreement: Literal["active", "suspended", "terminated"]


class Providers(TypedDict):
    """定点机构: every agreement."""

    providers: list[Agreement]


class ChangedProvider(TypedDict):
    """定点协议: from when the change holds; ``proposed``: once an approver agrees to it by the number ``proposal``."""

    provider: str
    since: date
    status: Literal["changed", "proposed"]
    proposal: str | None


class AgreementProposal(Agreement):
    """定点协议追溯变更: what a clerk proposed for the past; ``void``: the agreement was changed since."""

    proposal: str
    proposed_by: str
    proposed_on: date
    status: Literal["proposed", "approved", "rejected", "void"]
    decided_by: str | None
    reason: str | None


class AgreementProposals(TypedDict):
    """定点协议追溯变更清单: the latest first."""

    changes: list[AgreementProposal]


class RejectedAgreement(TypedDict):
    """追溯变更否决."""

    proposal: str
    status: Literal["rejected"]


class PackVersion(TypedDict):
    """规则包: one published version; ``characters`` is its length."""

    pack: str
    pack_id: Digest
    characters: int


class Packs(TypedDict):
    """规则包: in the order of publication."""

    packs: list[PackVersion]


Screening = TypedDict(
    "Screening",
    {
        "from": date,
        "to": date,
        "rule_version": Digest,
        "claims": int,
        "raised": int,
        "known": int,
        "by_rule": dict[str, int],
    },
)
"""监管筛查: how many claims were looked at, and how many findings are new, or were known."""


class Finding(TypedDict):
    """监管疑点, with its evidence (amounts in fen, shares in basis points) and the clawbacks proposed because of it.

    ``status``: 待核查, 核查中, 已提请追回, 已追回, 已排除; ``closing`` is the reason why it was closed as groundless.
    """

    finding: str
    rule: str
    rule_version: Digest
    month: str
    book: str
    provider: str
    claim: str | None
    evidence: dict[str, JsonValue]
    business_date: date
    status: Status
    taken_by: str | None
    taken_on: date | None
    closed_by: str | None
    closed_on: date | None
    closing: str | None
    clawbacks: list[str]


class FindingPage(TypedDict):
    """监管疑点: by number."""

    findings: list[Finding]


class FindingStatus(TypedDict):
    """监管疑点: how it stands now; ``claim`` is null where it is about a provider's month."""

    finding: str
    claim: str | None
    status: Status


class ProviderRow(TypedDict):
    """定点机构月报: one provider, or a whole book where ``provider`` is empty; sums in fen."""

    book: str
    provider: str
    name: str
    level: str
    claims: int
    stays: int
    mean_stay: Annotated[Fen | None, Field(description="次均住院费用, fen")]
    total: Fen
    in_scope: Fen
    basic: Fen
    supplement: Fen
    critical: Fen
    assistance: Fen
    fund: Fen
    clawed_back: Fen
    actual: Share
    in_scope_ratio: Share
    drugs: Fen
    off_list_drugs: Fen
    off_list_share: Share
    quota_cases: int
    over_quota: int
    over_quota_share: Share


class ProviderReport(TypedDict):
    """定点机构月报: by provider, and by book as a whole."""

    month: str
    through: str
    tag: Tag | None
    providers: list[ProviderRow]
    books: list[ProviderRow]
