"""What the basic fund pays (基本医疗基金支付) by kind of care: deductible, hospital part, benefit before the cap."""

from typing import NamedTuple

from services.adjudication.decide.case import Case
from services.adjudication.decide.denial import is_as_stay
from services.adjudication.decide.quota import over_bed_days, over_quota
from services.adjudication.decide.result import Step
from services.adjudication.decide.rules import Rules


class Basic(NamedTuple):
    """What a kind of care makes of the in-scope cost, fen.

    ``room`` is what a limit of the kind itself leaves (None: no such limit); ``layered`` says that the critical
    layer and assistance follow and that the person's own part counts towards them.
    """

    hospital: int
    deductible: int
    benefit: int
    room: int | None
    layered: bool


def basic_benefit(case: Case, rules: Rules, in_scope: int, trace: list[Step]) -> Basic:
    """Apply the rule of the case's kind. The case has passed ``first_denial``, so every value it reads is there."""
    if case.kind == "inpatient":
        due = rules.deductible.due(case, in_scope, trace)
        return Basic(0, due, rules.stay.pay(case, in_scope, due, trace), None, True)
    if case.kind == "single_disease":
        hospital = over_quota(rules.quotas, case, in_scope, trace)
        return Basic(hospital, 0, rules.stay.pay_by_level(case, in_scope - hospital, trace), None, True)
    if case.kind == "bed_day":
        hospital = over_bed_days(rules.bed_days, case, in_scope, trace)
        return Basic(hospital, 0, in_scope - hospital, None, True)
    if is_as_stay(case, rules):
        trace.append(rules.as_stay[case.disease or ""].step({"covered": in_scope}, 0))
        return Basic(0, 0, rules.stay.pay_by_level(case, in_scope, trace), None, True)
    if case.kind == "chronic" and rules.chronic is not None:
        return Basic(0, 0, rules.chronic.pay(case, in_scope, trace), rules.chronic.room(case, trace), True)
    if rules.outpatient is not None:
        return Basic(0, 0, rules.outpatient.pay(in_scope, trace), rules.outpatient.room(case, trace), False)
    raise AssertionError(f"{case.kind} passed the denials but has no rule")
