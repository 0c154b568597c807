"""Each denial of packs.md §8 for its own reason, and in its order (待遇资格)."""

from datetime import date
from typing import Any

import pytest

from contracts.claims import ClaimSubmitted
from services.adjudication.decide.eligibility import CHECKS, first_bar
from tests.unit.adjudication_service.given import FACTS, RULES, claim, line

AWAY = {"in_county": False}

BARRED: list[tuple[str, dict[str, Any], ClaimSubmitted]] = [
    ("NOT_ENROLLED", {"status": "not_enrolled"}, claim()),
    ("NOT_COVERED_ON_DATE", {"status": "not_covered"}, claim()),
    ("NOT_COVERED_ON_DATE", {"status": "withdrawn"}, claim()),
    ("IN_ARREARS", {"status": "arrears"}, claim()),
    ("DECEASED_BEFORE_SERVICE", {"status": "deceased", "status_since": date(2017, 2, 21)}, claim()),
    ("IN_CUSTODY", {"status": "in_custody"}, claim()),
    ("MILITARY", {"status": "military"}, claim()),
    ("PROVIDER_UNKNOWN", {"level": None, "agreement": None}, claim()),
    ("PROVIDER_SUSPENDED", {"agreement": "suspended"}, claim()),
    ("PROVIDER_SUSPENDED", {"agreement": "terminated"}, claim()),
    ("REFERRAL_MISSING", AWAY, claim()),
    ("DUPLICATE_INVOICE", {"invoice_of": "C0"}, claim()),
    ("DUPLICATE_STAY", {"stay_of": "C0"}, claim()),
    ("LATE_SUBMISSION", {"submitted": date(2018, 3, 2)}, claim()),
    ("CONSENT_MISSING", {}, claim("C1", line(100, "C"), self_pay_consent=False)),
]

ALLOWED: list[tuple[str, dict[str, Any], ClaimSubmitted]] = [
    ("nothing is wrong", {}, claim()),
    ("a deferred contribution is no arrears", {"status": "covered"}, claim()),
    ("who dies in hospital is still covered", {"status": "deceased", "status_since": date(2017, 3, 1)}, claim()),
    (
        "who dies on the day of admission is still covered",
        {"status": "deceased", "status_since": date(2017, 2, 22)},
        claim(),
    ),
    ("a stay away with a referral", AWAY, claim(referral=True)),
    ("a visit away needs no referral", AWAY, claim(kind="outpatient")),
    ("the last day to hand a claim in", {"submitted": date(2018, 3, 1)}, claim()),
    ("a book without a deadline", {"submitted": date(2030, 1, 1)}, claim(book="511300-390")),
    ("everything is on the list, so no consent is needed", {}, claim(self_pay_consent=False)),
]


@pytest.mark.parametrize("code, facts, asked", BARRED, ids=[f"{row[0]} {row[1]}" for row in BARRED])
def test_the_claim_is_denied(code: str, facts: dict[str, Any], asked: ClaimSubmitted) -> None:
    assert first_bar(asked, FACTS._replace(**facts), RULES) == code


@pytest.mark.parametrize("why, facts, asked", ALLOWED, ids=[row[0] for row in ALLOWED])
def test_the_claim_goes_on_to_the_rule_pack(why: str, facts: dict[str, Any], asked: ClaimSubmitted) -> None:
    assert first_bar(asked, FACTS._replace(**facts), RULES) is None


def test_the_first_of_several_reasons_is_given() -> None:
    facts = FACTS._replace(status="arrears", agreement=None, invoice_of="C0")
    assert first_bar(claim(), facts, RULES) == "IN_ARREARS"


OF_THE_PACK = ("DATES_INVALID", "PACK_NOT_IN_FORCE", "KIND_NOT_COVERED", "DISEASE_UNKNOWN", "NOT_CERTIFIED")


@pytest.mark.parametrize("code", [*CHECKS, *OF_THE_PACK, "REVIEW_REJECTED"])
def test_every_denial_has_a_sentence_a_source_and_a_cure(code: str) -> None:
    assert all(RULES.notices[code])
