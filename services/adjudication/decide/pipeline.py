"""Decide a case (待遇核定): one pass from the fee lines to the cash the person pays, every step in the trace.

The order of work is packs.md §2. Pure: the same case and pack always give the same result, to the fen.
"""

from services.adjudication.decide.accumulators import counted
from services.adjudication.decide.basic import basic_benefit
from services.adjudication.decide.case import Case
from services.adjudication.decide.denial import Denial, first_denial
from services.adjudication.decide.lines import Split, split_lines
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.result import Amounts, Result, Step
from services.adjudication.decide.rules import Rules


def decide(case: Case, pack: Pack) -> Result:
    """Give the result of one checked case under one pack; amounts in fen."""
    rules = pack.rules_on(case.on)
    denial = first_denial(case, rules)
    if denial is not None:
        return denied(case, denial)
    assert rules is not None  # noqa: S101 - a day without rules is denied above
    split = split_lines(case.lines)
    trace = [split.step()]
    amounts = _amounts(case, rules, split, trace)
    return {"case": case.case, "outcome": "approved", "reason": None, "amounts": amounts, "trace": trace}


def _amounts(case: Case, rules: Rules, split: Split, trace: list[Step]) -> Amounts:
    part = basic_benefit(case, rules, split.in_scope, trace)
    basic = _under_cap(case, rules, part.benefit, part.room, trace)
    supplement = rules.supplement.pay(case, part.benefit - basic, trace) if rules.supplement else 0
    own = split.in_scope - part.hospital - basic - supplement
    critical = assistance = 0
    if part.layered:
        if rules.critical:
            cap_left = rules.cap.value - case.ytd.basic - basic
            critical = rules.critical.pay(case, own, max(0, cap_left), trace)
        assistance = rules.assistance.pay(case, own - critical, trace)
    fund = basic + supplement + critical + assistance
    person = split.total - fund - part.hospital
    trace.append(
        {
            "step": "person",
            "term": "个人负担",
            "in": {"total": split.total, "fund": fund, "hospital": part.hospital},
            "out": person,
        }
    )
    account = _from_account(case, rules, person, trace)
    trace.append(counted(case, basic, own if part.layered else None, supplement, assistance))
    return {
        "total": split.total,
        "outside_list": split.outside_list,
        "over_limit": split.over_limit,
        "pre_self_pay": split.pre_self_pay,
        "in_scope": split.in_scope,
        "deductible": part.deductible,
        "basic": basic,
        "supplement": supplement,
        "critical": critical,
        "assistance": assistance,
        "fund": fund,
        "hospital": part.hospital,
        "person": person,
        "account": account,
        "cash": person - account,
    }


def _under_cap(case: Case, rules: Rules, benefit: int, room: int | None, trace: list[Step]) -> int:
    """Hold the benefit within the kind's own room and the yearly cap of the basic fund (封顶线)."""
    within = benefit if room is None or benefit < room else room
    used = case.ytd.basic
    left = max(0, rules.cap.value - used)
    basic = within if within < left else left
    trace.append(rules.cap.step({"benefit": within, "used": used}, basic))
    return basic


def _from_account(case: Case, rules: Rules, person: int, trace: list[Step]) -> int:
    """Let the personal account (个人账户) pay the person's part as far as it reaches."""
    if rules.account is None or not rules.account.value:
        return 0
    account = min(case.account_balance, person)
    trace.append(rules.account.step({"balance": case.account_balance, "person": person}, account))
    return account


def denied(case: Case, denial: Denial) -> Result:
    """Leave the whole bill to the person, in cash (packs.md §1); the split of the lines is kept.

    The service uses this as well, for the denials that its own facts show.
    """
    split = split_lines(case.lines)
    amounts: Amounts = {
        "total": split.total,
        "outside_list": split.outside_list,
        "over_limit": split.over_limit,
        "pre_self_pay": split.pre_self_pay,
        "in_scope": split.in_scope,
        "deductible": 0,
        "basic": 0,
        "supplement": 0,
        "critical": 0,
        "assistance": 0,
        "fund": 0,
        "hospital": 0,
        "person": split.total,
        "account": 0,
        "cash": split.total,
    }
    return {
        "case": case.case,
        "outcome": "denied",
        "reason": denial.reason,
        "amounts": amounts,
        "trace": [split.step(), denial.step],
    }
