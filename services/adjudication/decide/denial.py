"""Denials that the case itself shows (不予支付): dates, coverage of the kind and level, disease, certificate."""

from typing import NamedTuple

from services.adjudication.decide.case import Case
from services.adjudication.decide.result import Step
from services.adjudication.decide.rules import Rules


class Denial(NamedTuple):
    """The reason code, and the step that shows why."""

    reason: str
    step: Step


def first_denial(case: Case, rules: Rules | None) -> Denial | None:
    """Give the first reason that applies, in the order of packs.md §2.1; None if the case is to be paid."""
    admitted, discharged = case.admitted, case.discharged
    if admitted is not None and (discharged != case.on or discharged < admitted):
        return deny("DATES_INVALID", case)
    if rules is None:
        return deny("PACK_NOT_IN_FORCE", case)
    if not _covered(case, rules):
        return deny("KIND_NOT_COVERED", case)
    if not _disease_known(case, rules):
        return deny("DISEASE_UNKNOWN", case)
    if case.kind == "chronic" and case.disease not in case.chronic:
        return deny("NOT_CERTIFIED", case)
    return None


def is_as_stay(case: Case, rules: Rules) -> bool:
    """Tell whether an outpatient case counts as a stay (门诊特殊疾病按住院)."""
    return case.kind == "outpatient" and case.disease in rules.as_stay


def _covered(case: Case, rules: Rules) -> bool:
    if rules.as_stay and is_as_stay(case, rules):
        return case.level in rules.stay.levels
    kind = rules.kinds.get(case.kind)
    return kind is not None and case.level in kind.value


def _disease_known(case: Case, rules: Rules) -> bool:
    if case.kind == "chronic":
        return rules.chronic is not None and case.disease in rules.chronic.diseases
    if case.kind == "single_disease":
        return case.disease in rules.quotas
    if case.kind == "bed_day":
        return case.disease in rules.bed_days
    return True


def deny(reason: str, case: Case) -> Denial:
    """Write a denial with the facts of the case that matter to every reason."""
    given = {"on": case.on.isoformat(), "kind": case.kind, "level": case.level, "disease": case.disease}
    return Denial(reason, {"step": "denial", "term": "不予支付", "in": {**given}, "out": reason})
