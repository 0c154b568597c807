"""What holds for every case whatsoever (不变量), checked on cases that nobody thought of."""

import copy
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.adjudication.decide import Case, Ytd, advance, check_case, decide, withdraw
from services.adjudication.packs import shipped
from tests.unit.adjudication.any_case import cases, long_bills
from tests.unit.adjudication.slow_calculator import slow

MANY = settings(max_examples=500, deadline=None)
SOME = settings(max_examples=150, deadline=None)
FEW = settings(max_examples=50, deadline=None)
PACKS = shipped()


def checked(raw) -> Case:
    case = check_case(raw, PACKS)
    assert isinstance(case, Case), case
    return case


def decided(raw):
    return decide(checked(raw), PACKS[raw["pack"]])


@MANY
@given(cases())
def test_the_slow_calculator_agrees_to_the_fen(raw) -> None:
    result = decided(raw)
    assert (result["outcome"], result["reason"], result["amounts"]) == slow(raw)


@SOME
@given(cases())
def test_every_fen_has_one_payer_and_nobody_pays_less_than_nothing(raw) -> None:
    amounts = decided(raw)["amounts"]
    assert amounts["total"] == amounts["fund"] + amounts["hospital"] + amounts["person"]
    assert amounts["person"] == amounts["account"] + amounts["cash"]
    assert amounts["total"] == sum(amounts[part] for part in ("outside_list", "over_limit", "pre_self_pay", "in_scope"))
    assert amounts["fund"] == sum(amounts[layer] for layer in ("basic", "supplement", "critical", "assistance"))
    assert min(amounts.values()) >= 0


@SOME
@given(cases(), st.integers(1, 2_000_000))
def test_the_fund_never_pays_less_when_more_is_in_scope(raw, more) -> None:
    richer = copy.deepcopy(raw)
    richer["claim"]["lines"].append({"amount": more, "class": "A", "self_pay_bp": 0, "over_limit": 0})
    assert decided(richer)["amounts"]["fund"] >= decided(raw)["amounts"]["fund"]


@SOME
@given(cases())
def test_what_lies_outside_the_list_never_changes_what_the_fund_pays(raw) -> None:
    dearer = copy.deepcopy(raw)
    dearer["claim"]["lines"].append({"amount": 777_777, "class": "C", "self_pay_bp": 0, "over_limit": 0})
    assert decided(dearer)["amounts"]["fund"] == decided(raw)["amounts"]["fund"]


@SOME
@given(cases())
def test_a_claim_that_is_cancelled_leaves_no_mark_on_the_year(raw) -> None:
    case = checked(raw)
    result = decide(case, PACKS[case.pack])
    after = withdraw(advance(case.ytd, case, result), case, result)
    left = {disease: used for disease, used in after.chronic.items() if used or disease in case.ytd.chronic}
    assert after._replace(chronic=left, stays=tuple(sorted(after.stays))) == case.ytd._replace(
        stays=tuple(sorted(case.ytd.stays))
    )


@FEW
@given(st.lists(cases(packs=("511300-resident",), on=date(2017, 5, 20)), min_size=2, max_size=6))
def test_a_year_of_claims_pays_no_more_than_the_cap(raws) -> None:
    year, paid = Ytd(), 0
    for raw in raws:
        case = checked(raw)._replace(ytd=year)
        result = decide(case, PACKS[case.pack])
        year = advance(year, case, result)
        paid += result["amounts"]["basic"]
    assert paid == year.basic <= 16_000_000


@SOME
@given(cases(packs=("340706-resident",), bill=long_bills))
def test_the_order_of_the_lines_does_not_matter(raw) -> None:
    turned = copy.deepcopy(raw)
    turned["claim"]["lines"].reverse()
    assert decided(turned) == decided(raw)
