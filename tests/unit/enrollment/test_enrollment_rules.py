"""The rules of enrollment: one person one number, one period once, money once and by the right way."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from contracts.enrollment import ContributionReceived, Enrolled
from services.chassis.errors import Fault
from services.enrollment.api.persons import masked
from services.enrollment.decide.contributions import receive
from services.enrollment.decide.enrolment import enrol
from services.enrollment.decide.identity import identify
from services.enrollment.decide.standing import change
from services.enrollment.model import Certificate, Contribution, Enrolment, Period, StatusChange

CAUSE = UUID("0b5e8b2e-53c5-4a56-9f0e-111111111111")
TODAY = date(2017, 3, 1)
BOOK = "340706-390"

days = st.dates(date(2016, 1, 1), date(2018, 12, 31))
periods = st.builds(
    lambda begins, length: Period(begins, None if length is None else begins + timedelta(length)),
    days,
    st.none() | st.integers(0, 400),
)


def enrolment(n: int = 1, **changes: Any) -> Enrolment:
    body = f"34070619800517{n:03d}"
    return Enrolment.model_validate(
        {
            "psn_cert_type": "01",
            "certno": body + ric.calc_check_digit(body),
            "name": "张建国",
            "sex": "male",
            "birth": "1980-05-17",
            "psn_type": "1501",
            "book": BOOK,
            "begins": "2017-01-01",
            "ends": "2017-12-31",
        }
        | changes
    )


def contribution(**changes: Any) -> Contribution:
    return Contribution.model_validate(
        {
            "person": "P1",
            "book": BOOK,
            "year": 2017,
            "payer": "personal",
            "channel": "agency",
            "amount": 15_000,
            "value_date": "2017-03-01",
            "bank_key": "K1",
        }
        | changes
    )


def code_of(verdict: object) -> str | None:
    return verdict.code if isinstance(verdict, Fault) else None


def days_of(period: Period) -> set[date]:
    last = period.ends or date(2025, 1, 1)
    return {period.begins + timedelta(n) for n in range((last - period.begins).days + 1)}


@given(periods, periods)
def test_two_periods_overlap_when_they_have_a_day_in_common(one: Period, other: Period) -> None:
    assert one.overlaps(other) == bool(days_of(one) & days_of(other))


@given(st.lists(periods, max_size=8))
def test_whatever_is_asked_no_day_is_insured_twice(wanted: list[Period]) -> None:
    requests = [enrolment(begins=period.begins, ends=period.ends) for period in wanted]
    verdicts = enrol(requests, ["P1"] * len(requests), {})
    insured = [Period(verdict.begins, verdict.ends) for verdict in verdicts if isinstance(verdict, Enrolled)]
    assert not any(a.overlaps(b) for i, a in enumerate(insured) for b in insured[:i])


def test_a_period_on_record_counts() -> None:
    on_record = {("P1", BOOK): [Period(date(2017, 6, 1), None)]}
    [verdict] = enrol([enrolment()], ["P1"], on_record)
    assert code_of(verdict) == "ALREADY_ENROLLED"


def test_a_period_in_another_book_does_not_count() -> None:
    on_record = {("P1", "340706-610"): [Period(date(2017, 6, 1), None)]}
    [verdict] = enrol([enrolment()], ["P1"], on_record)
    assert isinstance(verdict, Enrolled)


def test_the_same_command_makes_the_same_numbers() -> None:
    requests = [enrolment(1), enrolment(2)]
    assert identify(requests, {}, {}, CAUSE) == identify(requests, {}, {}, CAUSE)


def test_one_certificate_twice_in_a_command_is_one_person() -> None:
    numbers = identify([enrolment(1), enrolment(2), enrolment(1)], {}, {}, CAUSE)
    assert numbers[0] == numbers[2] != numbers[1]


def test_two_numbers_for_one_certificate_in_a_command_are_refused() -> None:
    verdicts = identify([enrolment(1, person="P1"), enrolment(1, person="P2")], {}, {}, CAUSE)
    assert [code_of(verdict) for verdict in verdicts] == [None, "CERTIFICATE_TAKEN"]


def test_two_certificates_for_one_number_in_a_command_are_refused() -> None:
    verdicts = identify([enrolment(1, person="P1"), enrolment(2, person="P1")], {}, {}, CAUSE)
    assert [code_of(verdict) for verdict in verdicts] == [None, "PERSON_NUMBER_TAKEN"]


def test_only_residents_identity_numbers_are_checked() -> None:
    passport = enrolment(psn_cert_type="08", certno="E12345678")
    assert identify([passport], {}, {}, CAUSE) != ()
    assert code_of(identify([passport], {}, {}, CAUSE)[0]) is None


@pytest.mark.parametrize("area", ["340706", "810000", "820000", "830000", "371116"])
def test_new_counties_and_residence_permits_may_enrol(area: str) -> None:
    body = f"{area}19800517001"
    request = enrolment(certno=body + ric.calc_check_digit(body))
    assert code_of(identify([request], {}, {}, CAUSE)[0]) is None


def test_a_check_character_in_small_letters_is_the_same_certificate() -> None:
    numbers = [f"34070619800517{n:03d}" for n in range(200)]
    with_x = next(number + "x" for number in numbers if ric.calc_check_digit(number) == "X")
    assert enrolment(certno=with_x).certificate() == Certificate("01", with_x.upper())


@given(
    st.permutations(
        [
            contribution(bank_key=f"K{n % 3}", payer=payer)
            for n, payer in enumerate(["personal", "personal", "personal", "personal", "collective"])
        ]
    )
)
def test_in_any_order_every_contribution_is_taken_in_once(requests: list[Contribution]) -> None:
    verdicts = receive(requests, {("P1", BOOK)}, frozenset(), TODAY)
    taken = [verdict for verdict in verdicts if isinstance(verdict, ContributionReceived)]
    assert len(taken) == len({request.key() for request in requests})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"payer": "subsidy", "channel": "fiscal"}, None),
        ({"payer": "subsidy", "channel": "tax"}, "CHANNEL_DOES_NOT_FIT"),
        ({"payer": "assistance", "channel": "agency"}, "CHANNEL_DOES_NOT_FIT"),
        ({"value_date": "2017-02-28"}, None),
        ({"value_date": "2017-03-02"}, "DATE_IN_FUTURE"),
        ({"book": "510800-310", "payer": "employer", "personal_account": 15_000}, None),
        ({"book": "510800-310", "payer": "employer", "personal_account": 15_001}, "PERSONAL_ACCOUNT_TOO_LARGE"),
        ({"personal_account": 1}, "NO_PERSONAL_ACCOUNT"),
        ({"person": "P2"}, "NOT_ENROLLED"),
    ],
)
def test_a_contribution_fits_its_payer_its_book_and_the_day(changes: dict[str, Any], code: str | None) -> None:
    members = {("P1", BOOK), ("P1", "510800-310")}
    [verdict] = receive([contribution(**changes)], members, frozenset(), TODAY)
    assert code_of(verdict) == code


def test_a_change_of_state_of_a_stranger_is_refused() -> None:
    request = StatusChange(person="P1", book=BOOK, status="deferred", since=TODAY)
    assert [code_of(verdict) for verdict in change([request], frozenset())] == ["NOT_ENROLLED"]


@pytest.mark.parametrize(
    ("name", "certificate", "shown"),
    [
        ("张三", "340706198005170016", ("张*", "3407**********0016")),
        ("欧阳建国", "E1234567", ("欧***", "****")),
        ("丹", "340706980517001", ("*", "3407*******7001")),
        ("阿依古丽·买买提", "EJ1234567", ("阿*******", "****")),
        ("JOHN SMITH", "H12345678901", ("J*********", "****")),
    ],
)
def test_names_and_certificates_are_masked(name: str, certificate: str, shown: tuple[str, str]) -> None:
    hidden = masked({"name": name, "certificate": certificate, "phone": "13800138000"})
    assert (hidden["name"], hidden["certificate"], hidden["phone"]) == (*shown, None)
