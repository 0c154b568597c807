"""Our amounts under the national field names (结算信息): the identities hold, on real records and on any case."""

import pytest
from hypothesis import given, settings

from services.adjudication.decide import Amounts, check_case, decide
from services.adjudication.decide.setlinfo import broken_identities, refund, setlinfo
from services.adjudication.packs import shipped
from tests.unit.adjudication.any_case import cases

ZERO = dict.fromkeys(Amounts.__annotations__, 0)
OUTPATIENT = ZERO | {
    "total": 452,
    "pre_self_pay": 23,
    "in_scope": 429,
    "deductible": 429,
    "person": 452,
    "account": 452,
}
INPATIENT = ZERO | {
    "total": 2_344_246,
    "outside_list": 253_397,
    "over_limit": 139_689,
    "pre_self_pay": 70_344,
    "in_scope": 1_880_816,
    "supplement": 1_878_539,
    "fund": 1_878_539,
    "person": 415_206,
    "account": 17_004,
    "cash": 398_202,
    "hospital": 50_501,
}
REFUNDED = ZERO | {
    "total": 2_510,
    "pre_self_pay": 23,
    "in_scope": 2_487,
    "deductible": 2_487,
    "person": 2_510,
    "account": 2_510,
}


@pytest.mark.parametrize("amounts", [OUTPATIENT, INPATIENT, REFUNDED], ids=["G-set-1", "G-set-2", "G-set-3"])
def test_the_identities_hold_on_a_real_settlement(amounts: dict) -> None:
    assert broken_identities(setlinfo(amounts, "310")) == []


def test_an_outpatient_settlement_is_written_in_yuan() -> None:
    info = setlinfo(OUTPATIENT, "310")
    fields = ("medfee_sumamt", "preselfpay_amt", "inscp_scp_amt", "act_pay_dedc", "acct_pay", "psn_cash_pay")
    assert [info[field] for field in fields] == ["4.52", "0.23", "4.29", "4.29", "4.52", "0.00"]


def test_what_an_employee_gets_above_the_cap_is_the_large_amount_fund() -> None:
    info = setlinfo(INPATIENT, "310")
    assert (info["hifob_pay"], info["hifmi_pay"], info["hosp_part_amt"]) == ("18785.39", "0.00", "505.01")


def test_what_a_resident_gets_from_the_critical_layer_is_the_critical_fund() -> None:
    info = setlinfo(ZERO | {"critical": 100, "fund": 100, "total": 100, "in_scope": 100}, "390")
    assert (info["hifmi_pay"], info["hifob_pay"]) == ("1.00", "0.00")


def test_a_refund_negates_every_amount_and_keeps_the_identities() -> None:
    info = refund(setlinfo(REFUNDED, "310"))
    assert (info["medfee_sumamt"], info["inscp_scp_amt"], info["acct_pay"]) == ("-25.10", "-24.87", "-25.10")
    assert broken_identities(info) == []


@pytest.mark.parametrize(
    "field, broken",
    [
        ("fulamt_ownpay_amt", ["S1"]),
        ("maf_pay", ["S2"]),
        ("hosp_part_amt", ["S3"]),
        ("psn_cash_pay", ["S4"]),
        ("medfee_sumamt", ["S1", "S3"]),
    ],
)
def test_a_field_that_is_a_fen_off_breaks_its_identity(field: str, broken: list[str]) -> None:
    info = setlinfo(INPATIENT, "310")
    cents = int(info[field].replace(".", "")) + 1
    assert broken_identities(info | {field: f"{cents // 100}.{cents % 100:02d}"}) == broken


@settings(max_examples=150, deadline=None)
@given(cases())
def test_the_identities_hold_on_any_decision(raw: dict) -> None:
    packs = shipped()
    info = setlinfo(decide(check_case(raw, packs), packs[raw["pack"]])["amounts"], "390")
    assert broken_identities(info) == broken_identities(refund(info)) == []
