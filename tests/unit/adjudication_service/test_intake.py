"""What is refused at the counter, and what goes to review before it is paid (受理)."""

import hashlib
from datetime import date
from typing import Any

import orjson
import pytest

from contracts.claims import ClaimSubmitted
from contracts.money import LARGEST_AMOUNT
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.intake import IntakeRules, findings, shape_faults
from services.adjudication.decide.supervision import SupervisionRules
from services.adjudication.intake import shipped_intake
from services.adjudication.supervision import shipped_supervision
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
        (("OUT_OF_AREA_INVOICE",), visit("C1", 1, pay_to="person", kind="chronic"), AWAY, 1_000_001),
        ((), claim(pay_to="person"), AWAY, 1_000_001),
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


def reminding(**rules: dict[str, Any]) -> IntakeRules:
    """The shipped rules of intake, beside rules of supervision in which these say something else."""
    content = orjson.loads(shipped_supervision())
    for code, changes in rules.items():
        content["rules"][code] |= changes
    return IntakeRules.of(shipped_intake()).reminding(SupervisionRules.of(orjson.dumps(content)))


def of_old() -> IntakeRules:
    """Rules of intake as they once were: with figures of their own."""
    content = orjson.loads(shipped_intake())
    own = {
        "OUT_OF_AREA_INVOICE": {"above": 1_000_000},
        "SPLIT_STAY": {"days": 15},
        "LOW_THRESHOLD_ADMISSION": {"days": 2, "below": 60_000},
    }
    content["findings"] |= {code: {"sentence": "", "source": ""} | figures for code, figures in own.items()}
    return IntakeRules.of(orjson.dumps(content))


def test_a_reminder_has_the_figures_of_the_rule_of_supervision() -> None:
    rules = reminding(LOW_THRESHOLD_ADMISSION={"figures": {"days": 2, "below": 60_001}})
    assert findings(claim(**SHORT), FACTS, 60_000, rules) == ("LOW_THRESHOLD_ADMISSION",)


def test_what_supervision_does_not_ask_at_intake_is_no_reminder() -> None:
    rules = reminding(LOW_THRESHOLD_ADMISSION={"phases": ["settled"]})
    assert findings(claim(**SHORT), FACTS, 100, rules) == ()


def test_a_reminder_has_the_words_and_the_version_of_the_rule_of_supervision() -> None:
    rules = reminding(SPLIT_STAY={"sentence": "再次住院。"})
    assert (rules.notices["SPLIT_STAY"].sentence, rules.supervision == RULES.supervision) == ("再次住院。", False)
    assert RULES.supervision == hashlib.sha256(shipped_supervision()).hexdigest()


def test_a_rule_that_needs_what_is_settled_cannot_be_asked_at_intake() -> None:
    with pytest.raises(KeyError, match="EMPTY_BED"):
        reminding(EMPTY_BED={"phases": ["intake"]})


def test_nothing_is_decided_without_the_rules_that_remind() -> None:
    with pytest.raises(KeyError, match="rules of supervision"):
        findings(claim(), FACTS, 100, IntakeRules.of(shipped_intake()))


def test_rules_of_intake_with_figures_of_their_own_keep_them_and_cite_no_other() -> None:
    old = of_old()
    rules = old.reminding(SupervisionRules.of(shipped_supervision()))
    assert (rules, rules.supervision) == (old, None)
    assert findings(claim(**SHORT), FACTS, 59_999, rules) == ("LOW_THRESHOLD_ADMISSION",)


def test_facts_from_before_reminders_cited_a_version_are_written_as_they_were() -> None:
    written = FACTS._replace(supervision=None).as_json()
    assert "supervision" not in written["standing"]
    assert Facts.from_json(written).as_json() == written
