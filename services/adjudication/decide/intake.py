"""Taking a claim in (受理): faults of shape that are refused, and findings that send a claim to review."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

import orjson

from contracts.claims import ClaimForm
from contracts.money import LARGEST_AMOUNT
from services.adjudication.decide.case import STAYS
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.tiers import Tier, tiers_of
from services.adjudication.model import pack_of

OF_THE_SEED = (
    {"book": "*", "pay_to": "person", "from": 0, "stages": (("initial", 15), ("second", 30), ("approval", 30))},
    {
        "book": "*",
        "pay_to": "provider",
        "from": 0,
        "stages": (("initial", 15), ("second", 30), ("recheck", 30), ("approval", 30)),
    },
)
"""The counter has three stages, a hospital's settlement four (procedures 3.1, seed 000 row 0-24)."""


APPEAL_OF_THE_CLEARING: Mapping[str, int] = {"within": 15}
"""Working days after which the yearly clearing counts as accepted (procedures 3.3)."""


class Notice(NamedTuple):
    """What people are told about a denial or a finding: a Chinese sentence, its source, and the cure."""

    sentence: str
    source: str
    cure: str


class IntakeRules(NamedTuple):
    """受理规则: the figures of one published version; amounts in fen. ``id`` is the SHA-256 of the content."""

    id: str
    late_after: Mapping[str, int]
    notices: Mapping[str, Notice]
    out_of_area_above: int
    large_from: int
    split_days: int
    low_days: int
    low_below: int
    tiers: tuple[Tier, ...]
    sampled: tuple[tuple[int, int], ...]
    appeal_within: int

    @classmethod
    def of(cls, content: bytes) -> "IntakeRules":
        """Read the rules from canonical JSON. Raises ``KeyError`` where one is missing, ``ValueError`` for a bad chain.

        Rules that were published before chains were data have the chains of the seed, and sample nothing;
        before appeals had a deadline there, it is that of the yearly clearing.
        """
        raw = orjson.loads(content)
        findings = raw["findings"]
        return cls(
            id=hashlib.sha256(content).hexdigest(),
            late_after={row["book"]: row["days"] for row in raw["late_submission"]},
            notices={
                code: Notice(row["sentence"], row["source"], row.get("cure", ""))
                for code, row in (raw["denials"] | findings).items()
            },
            out_of_area_above=findings["OUT_OF_AREA_INVOICE"]["above"],
            large_from=findings["LARGE_AMOUNT"]["from"],
            split_days=findings["SPLIT_STAY"]["days"],
            low_days=findings["LOW_THRESHOLD_ADMISSION"]["days"],
            low_below=findings["LOW_THRESHOLD_ADMISSION"]["below"],
            tiers=tiers_of(raw.get("review", OF_THE_SEED)),
            sampled=tuple(sorted((row["from"], row["rate"]) for row in raw.get("sampling", ()))),
            appeal_within=raw.get("appeal", APPEAL_OF_THE_CLEARING)["within"],
        )

    def sampling_rate(self, total: int) -> int:
        """Give the share of automatic approvals of ``total`` fen that is looked at afterwards, basis points."""
        for above, rate in reversed(self.sampled):
            if total >= above:
                return rate
        return 0


class ShapeFault(NamedTuple):
    """What is wrong with a claim form: a stable code, the dotted field, a sentence."""

    code: str
    field: str
    message: str


def shape_faults(claim: ClaimForm) -> list[ShapeFault]:
    """Find what types alone do not show: all faults at once, none for a form that may be taken in."""
    faults = [
        ShapeFault("OVER_LIMIT_ABOVE_AMOUNT", f"lines.{index}.over_limit", "is more than the amount of its line")
        for index, line in enumerate(claim.lines)
        if line.over_limit > line.amount
    ]
    if sum([line.amount for line in claim.lines]) > LARGEST_AMOUNT:
        faults.append(ShapeFault("TOO_LARGE", "lines", f"all lines together are more than {LARGEST_AMOUNT} fen"))
    if pack_of(claim.book) is None:
        faults.append(ShapeFault("UNKNOWN_CODE", "book", f"{claim.book} is not the book of an insurance"))
    if claim.kind in STAYS:
        faults += [
            ShapeFault("MISSING", field, "a stay needs the day of admission and of discharge")
            for field in ("admitted", "discharged")
            if getattr(claim, field) is None
        ]
    return faults


def findings(claim: ClaimForm, facts: Facts, total: int, rules: IntakeRules) -> tuple[str, ...]:
    """Give the codes of everything that a person should look at before the claim is paid; ``total`` is fen."""
    found = []
    if claim.pay_to == "person" and not facts.in_county and total > rules.out_of_area_above:
        found.append("OUT_OF_AREA_INVOICE")
    if total >= rules.large_from:
        found.append("LARGE_AMOUNT")
    if claim.admitted is not None and claim.discharged is not None:
        before = facts.discharged_before
        if before is not None and claim.admitted - before <= timedelta(rules.split_days):
            found.append("SPLIT_STAY")
        short = claim.discharged - claim.admitted <= timedelta(rules.low_days)
        if claim.kind == "inpatient" and short and total < rules.low_below:
            found.append("LOW_THRESHOLD_ADMISSION")
    return tuple(found)
