"""National messages in (2207, 2304) and national answers out: the same claim, the same fen, under other names."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.adjudication.api.national.message import Settlement
from services.adjudication.api.national.reading import form_of
from services.adjudication.api.national.tables import tables
from services.adjudication.api.national.writing import refused, written
from services.adjudication.decide.case import KINDS
from services.adjudication.decide.setlinfo import broken_identities
from services.chassis.errors import BadInput, Fault
from services.chassis.faults import faults_of
from tests.unit.adjudication.national import FEE, Message, stay, visit, with_node
from tests.unit.adjudication.test_setlinfo import INPATIENT, OUTPATIENT


def form(message: Message) -> Any:
    return form_of(Settlement.model_validate(message), tables())


def first_fault(message: Message) -> tuple[str, str | None]:
    try:
        form(message)
    except ValidationError as error:
        fault = faults_of(error.errors())[0]
    except BadInput as problem:
        fault = problem.details[0]
    else:
        raise AssertionError("the message was taken")
    return fault.code, fault.field


def test_a_visit_is_the_claim_that_a_clerk_would_have_entered() -> None:
    claim = form(visit())
    assert (claim.book, claim.kind, claim.on, claim.admitted, claim.invoice, claim.pay_to) == (
        "340706-390",
        "outpatient",
        date(2017, 3, 1),
        None,
        "INV-1",
        "provider",
    )


def test_a_stay_is_settled_on_the_day_of_discharge() -> None:
    claim = form(stay())
    assert (claim.kind, claim.admitted, claim.on) == ("inpatient", date(2017, 2, 22), date(2017, 3, 1))


def test_amounts_in_yuan_and_ratios_become_fen_and_basis_points() -> None:
    (line,) = form(visit({"chrgitm_lv": "02", "selfpay_prop": "0.1250"})).lines
    assert (line.amount, line.list_class, line.self_pay_bp) == (10_000, "B", 1_250)


def test_what_costs_more_than_the_price_cap_of_its_units_is_over_the_limit() -> None:
    (line,) = form(visit({"pric_uplmt_amt": "49.995000"})).lines
    assert line.over_limit == 1


def test_a_transfer_to_another_hospital_is_a_referral() -> None:
    assert (form(stay(med_type="23")).referral, form(stay()).referral) == (True, False)


def test_every_kind_of_care_has_a_national_code() -> None:
    assert {med_type.kind for med_type in tables().med_types.values()} == set(KINDS)


@pytest.mark.parametrize(
    "code, field, message",
    [
        ("BAD_NUMBER", "input.feedetail.0.det_item_fee_sumamt", visit({"det_item_fee_sumamt": "100.005"})),
        ("BAD_NUMBER", "input.feedetail.0.det_item_fee_sumamt", visit({"det_item_fee_sumamt": "-1.00"})),
        ("TOO_LARGE", "input.data.medfee_sumamt", visit(medfee_sumamt="99999999999999.00")),
        ("TOO_LARGE", "input.feedetail.0.selfpay_prop", visit({"selfpay_prop": "1.0001"})),
        ("AMOUNT_MISMATCH", "input.data.medfee_sumamt", visit(medfee_sumamt="99.99")),
        ("UNKNOWN_CODE", "input.data.med_type", visit(med_type="41")),
        ("UNKNOWN_CODE", "input.data.med_type", visit(med_type="21")),
        ("UNKNOWN_CODE", "input.data.med_type", stay(med_type="11")),
        ("UNKNOWN_CODE", "input.data.insutype", visit(insutype="340")),
        ("UNKNOWN_CODE", "input.data.acct_used_flag", visit(acct_used_flag="0")),
        ("UNKNOWN_CODE", "input.feedetail.0.chrgitm_lv", visit({"chrgitm_lv": "9"})),
        ("MISSING", "input.mdtrtinfo.endtime", with_node(stay(), "mdtrtinfo", endtime="")),
        ("TOO_FEW", "input.feedetail", visit() | {"input": visit()["input"] | {"feedetail": []}}),
        ("TOO_MANY", "input.feedetail", visit() | {"input": visit()["input"] | {"feedetail": [FEE] * 501}}),
        ("BAD_FORMAT", "fixmedins_code", visit() | {"fixmedins_code": "P320312011031"}),
        ("BAD_FORMAT", "msgid", visit(msgid="short")),
    ],
)
def test_a_bad_message_is_refused_at_its_own_field(code: str, field: str, message: Message) -> None:
    assert first_fault(message) == (code, field)


GOLDEN = {
    "G-set-1": (
        OUTPATIENT,
        "outpatient",
        ["4.52", "0.00", "0.00", "0.23", "4.29", "4.29", "0.00", "4.52", "4.52", "0.00", "0.00"],
    ),
    "G-set-2": (
        INPATIENT,
        "inpatient",
        [
            "23442.46",
            "2533.97",
            "1396.89",
            "703.44",
            "18808.16",
            "0.00",
            "18785.39",
            "4152.06",
            "170.04",
            "3982.02",
            "505.01",
        ],
    ),
}
"""Real settlements (interface.md 2.3): the columns of the table, in its order."""

COLUMNS = (
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_scp_amt",
    "act_pay_dedc",
    "fund_pay_sumamt",
    "psn_part_amt",
    "acct_pay",
    "psn_cash_pay",
    "hosp_part_amt",
)


@pytest.mark.parametrize("name", GOLDEN)
def test_a_real_settlement_is_answered_as_the_platform_answered_it(name: str) -> None:
    amounts, kind, expected = GOLDEN[name]
    info = written(amounts, [], "340706-310", kind, 2017, "approved", {})["setlinfo"]
    assert [info[column] for column in COLUMNS] == expected


@pytest.mark.parametrize("name", GOLDEN)
def test_the_identities_hold_in_the_answer(name: str) -> None:
    amounts, kind, _ = GOLDEN[name]
    info = written(amounts, [], "340706-310", kind, 2017, "approved", {})["setlinfo"]
    assert broken_identities({field: info[field] for field in info if field not in ("clr_type", "year")}) == []


def test_the_funds_stand_one_by_one_and_add_up() -> None:
    output = written(INPATIENT, [], "340706-310", "inpatient", 2017, "approved", {})
    assert [(row["fund_pay_type"], row["fund_payamt"]) for row in output["setldetail"]] == [
        ("310100", "0.00"),
        ("330100", "18785.39"),
    ]


@pytest.mark.parametrize(
    "kind, outcome, code",
    [("outpatient", "approved", "11"), ("bed_day", "denied", "21"), ("inpatient", "pended", "51")],
)
def test_the_clearing_class_follows_kind_and_outcome(kind: str, outcome: str, code: str) -> None:
    assert written(INPATIENT, [], "340706-310", kind, 2017, outcome, {})["setlinfo"]["clr_type"] == code


def test_a_refusal_names_code_and_place_within_two_hundred_characters() -> None:
    said = refused([Fault("TOO_LARGE", "lines", "x" * 300)])
    assert (said.infcode, said.err_msg[:26], len(said.err_msg)) == (-1, "TOO_LARGE input.feedetail:", 200)
