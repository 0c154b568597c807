"""Taking a claim in (受理): faults of shape that are refused, and findings that send a claim to review."""

import hashlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

import orjson

from contracts.claims import ClaimForm
from contracts.money import LARGEST_AMOUNT
from services.adjudication.decide.case import STAYS
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.supervision.claims import is_low_threshold_admission, is_out_of_area_invoice
from services.adjudication.decide.supervision.rules import Figures, SupervisionRules
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


LARGE_AMOUNT = "LARGE_AMOUNT"
"""The finding that belongs to intake alone; the others are rules of supervision, asked before anything is paid."""


class Notice(NamedTuple):
    """What people are told about a denial or a finding: a Chinese sentence, its source, and the cure."""

    sentence: str
    source: str
    cure: str


class IntakeRules(NamedTuple):
    """受理规则: the figures of one published version; amounts in fen. ``id`` is the SHA-256 of the content.

    ``asked`` are the figures of what sends a claim to review, and ``supervision`` is the version of the rules that its
    reminders are of: both None until ``reminding`` is called. Older rules of intake have figures of their own in
    ``asked``, and ``supervision`` stays None.
    """

    id: str
    late_after: Mapping[str, int]
    notices: Mapping[str, Notice]
    large: Figures
    asked: Mapping[str, Figures] | None
    supervision: str | None
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
            large={"from": findings[LARGE_AMOUNT]["from"]},
            asked={code: findings[code] for code in _CHECKS} if findings.keys() >= _CHECKS.keys() else None,
            supervision=None,
            tiers=tiers_of(raw.get("review", OF_THE_SEED)),
            sampled=tuple(sorted((row["from"], row["rate"]) for row in raw.get("sampling", ()))),
            appeal_within=raw.get("appeal", APPEAL_OF_THE_CLEARING)["within"],
        )

    def reminding(self, rules: SupervisionRules) -> "IntakeRules":
        """Take what is asked at intake, its figures and its words from one version of the rules of supervision.

        Rules of intake that have figures of their own keep them. Raises ``KeyError`` for a rule that cannot be asked.
        """
        if self.asked is not None:
            return self
        asked = rules.asked(frozenset({"intake"}), "claim")
        if unknown := asked.keys() - _CHECKS.keys():
            raise KeyError(f"{min(unknown)} cannot be asked at intake")
        notices = {code: Notice(rule.sentence, rule.source, "") for code, rule in asked.items()}
        return self._replace(
            notices={**self.notices, **notices},
            asked={LARGE_AMOUNT: self.large, **{code: rule.figures for code, rule in asked.items()}},
            supervision=rules.id,
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
    """Give the codes of everything that a person should look at before the claim is paid; ``total`` is fen.

    Raises ``KeyError`` for rules that leave the reminders to supervision, where no rules of it were taken.
    """
    asked = rules.asked
    if asked is None:
        raise KeyError(f"the rules of supervision that the rules of intake {rules.id} remind of")
    return tuple([code for code, fits in _CHECKS.items() if code in asked and fits(claim, facts, total, asked[code])])


def _out_of_area_invoice(claim: ClaimForm, facts: Facts, total: int, figures: Figures) -> bool:
    return is_out_of_area_invoice(claim, facts.in_county, total, figures)


def _large_amount(_: ClaimForm, __: Facts, total: int, figures: Figures) -> bool:
    """分级审核: so much that people look at it whatever it is."""
    return total >= figures["from"]


def _split_stay(claim: ClaimForm, facts: Facts, _: int, figures: Figures) -> bool:
    """分解住院: soon after the last discharge with the same disease."""
    admitted, before = claim.admitted, facts.discharged_before
    if admitted is None or claim.discharged is None or before is None:
        return False
    return (admitted - before).days <= figures["days"]


def _low_threshold_admission(claim: ClaimForm, _: Facts, total: int, figures: Figures) -> bool:
    return is_low_threshold_admission(claim, total, figures)


_CHECKS: Mapping[str, Callable[[ClaimForm, Facts, int, Figures], bool]] = {
    "OUT_OF_AREA_INVOICE": _out_of_area_invoice,
    LARGE_AMOUNT: _large_amount,
    "SPLIT_STAY": _split_stay,
    "LOW_THRESHOLD_ADMISSION": _low_threshold_admission,
}
"""事前提醒: what can be asked of a claim before it is paid, in the order in which a decision tells it."""
