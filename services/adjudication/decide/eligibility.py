"""Who may draw, where, and once (待遇资格): the denials that the service's own facts show (packs.md §8)."""

from collections.abc import Callable
from datetime import date

from contracts.claims import ClaimForm
from services.adjudication.decide.case import STAYS
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.intake import IntakeRules

Check = Callable[[ClaimForm, Facts, IntakeRules], bool]

_NOT_COVERED = frozenset({"not_covered", "suspended", "withdrawn", "student_elsewhere"})


def first_bar(claim: ClaimForm, facts: Facts, rules: IntakeRules) -> str | None:
    """Give the code of the first denial that applies, in the order of packs.md §8; None if the rule pack decides."""
    for code, applies in (_OF_THE_COVERED if facts.status == "covered" else CHECKS).items():
        if applies(claim, facts, rules):
            return code
    return None


def begins(claim: ClaimForm) -> date:
    """Give the first day of the care: the admission of a stay, else the day of the visit."""
    return claim.admitted or claim.on


def _dead(claim: ClaimForm, facts: Facts, _: IntakeRules) -> bool:
    """Care that began before the death, and ended with it, is still owed."""
    return facts.status == "deceased" and facts.status_since is not None and facts.status_since < begins(claim)


def _late(claim: ClaimForm, facts: Facts, rules: IntakeRules) -> bool:
    days = rules.late_after.get(claim.book)
    return days is not None and (facts.submitted - claim.on).days > days


def _referral_missing(claim: ClaimForm, facts: Facts, _: IntakeRules) -> bool:
    return claim.kind in STAYS and not facts.in_county and not claim.referral


def _consent_missing(claim: ClaimForm, _: Facts, __: IntakeRules) -> bool:
    return not claim.self_pay_consent and any(line.list_class == "C" for line in claim.lines)


_BY_STATUS: dict[str, Check] = {
    "NOT_ENROLLED": lambda _, facts, __: facts.status == "not_enrolled",
    "NOT_COVERED_ON_DATE": lambda _, facts, __: facts.status in _NOT_COVERED,
    "IN_ARREARS": lambda _, facts, __: facts.status == "arrears",
    "DECEASED_BEFORE_SERVICE": _dead,
    "IN_CUSTODY": lambda _, facts, __: facts.status == "in_custody",
    "MILITARY": lambda _, facts, __: facts.status == "military",
}

_OF_THE_COVERED: dict[str, Check] = {
    "PROVIDER_UNKNOWN": lambda _, facts, __: facts.agreement is None,
    "PROVIDER_SUSPENDED": lambda _, facts, __: facts.agreement != "active",
    "REFERRAL_MISSING": _referral_missing,
    "DUPLICATE_INVOICE": lambda _, facts, __: facts.invoice_of is not None,
    "DUPLICATE_STAY": lambda _, facts, __: facts.stay_of is not None,
    "LATE_SUBMISSION": _late,
    "CONSENT_MISSING": _consent_missing,
}

CHECKS = _BY_STATUS | _OF_THE_COVERED
"""Every denial and its condition, in the order in which they are asked."""
