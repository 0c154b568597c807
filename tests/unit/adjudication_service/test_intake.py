"""What is refused at the counter, and what goes to review before it is paid (受理)."""

from datetime import date

import pytest

from contracts.claims import ClaimSubmitted
from contracts.money import LARGEST_AMOUNT
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.intake import findings, shape_faults
from tests.unit.adjudication_service.given import FACTS, RULES, claim, line, visit

AWAY = FACTS._replace(in_county=False)
SHORT = {"admitted": date(2017, 2, 27), "discharged": date(2017, 3, 1)}


@pytest.mark.parametrize(
    "code, field, form",
    [
        ("OVER_LIMIT_ABOVE_AMOUNT", "lines.0.over_limit", claim("C1", line(100, over_limit=101))),
        ("TOO_LARGE", "lines", claim("C1", line(LARGEST_AMOUNT), line(1))),
        ("UNKNOWN_CODE", "book", claim(book="340706-610")),
        ("MISSING", "admitted", claim(admitted=None)),
        ("MISSING", "discharged", claim(discharged=None)),
    ],
)
def test_a_form_with_a_fault_is_refused_by_code_and_field(code: str, field: str, form: ClaimSubmitted) -> None:
    assert [(fault.code, fault.field) for fault in shape_faults(form)] == [(code, field)]


def test_all_faults_of_a_form_are_told_at_once() -> None:
    form = claim("C1", line(100, over_limit=101), book="340706-610", admitted=None)
    assert len(shape_faults(form)) == 3


@pytest.mark.parametrize(
    "found, form, facts, total",
    [
        (("OUT_OF_AREA_INVOICE",), visit("C1", 1, pay_to="person"), AWAY, 1_000_001),
        ((), visit("C1", 1, pay_to="person"), AWAY, 1_000_000),
        ((), visit("C1", 1, pay_to="provider"), AWAY, 1_000_001),
        ((), visit("C1", 1, pay_to="person"), FACTS, 1_000_001),
        (("LARGE_AMOUNT",), claim(), FACTS, 5_000_000),
        ((), claim(), FACTS, 4_999_999),
        (("SPLIT_STAY",), claim(), FACTS._replace(discharged_before=date(2017, 2, 7)), 100_000),
        ((), claim(), FACTS._replace(discharged_before=date(2017, 2, 6)), 100_000),
        (("LOW_THRESHOLD_ADMISSION",), claim(**SHORT), FACTS, 49_999),
        ((), claim(**SHORT), FACTS, 50_000),
        ((), claim(), FACTS, 49_999),
    ],
)
def test_findings_at_their_thresholds(found: tuple[str, ...], form: ClaimSubmitted, facts: Facts, total: int) -> None:
    assert findings(form, facts, total, RULES) == found
