"""Every rule of supervision finds what it is there to find, and leaves alone what is one step beside it (监管规则)."""

from datetime import date, timedelta
from typing import Any

import orjson
import pytest

from services.adjudication.decide.supervision import Found, Span, Tally, survey_person, survey_providers
from services.adjudication.decide.supervision.claims import CLAIM_RULES
from services.adjudication.decide.supervision.providers import PROVIDER_RULES
from services.adjudication.recorded import Recorded
from services.adjudication.supervision import shipped_supervision
from tests.unit.adjudication_service.recorded import FIRST, RULES, charge, shares, stay, visit

MARCH = Span.of_month("2017-03")
AGAIN = FIRST + timedelta(7)
"""The day on which the first stay ends."""

ABROAD = {"pay_to": "person", "in_county": False}
TWICE = (charge("X1"), charge("X2"), charge("X1"))
"""The first item again in the third line."""


def raised(*claims: Recorded, span: Span = MARCH) -> list[tuple[str, str | None]]:
    """Which rule fits which claim."""
    return [(found.body.rule, found.body.claim) for found in survey_person(claims, span, RULES)]


FITS: dict[str, tuple[str, list[Recorded]]] = {
    "LOW_THRESHOLD_ADMISSION": ("C1", [stay(2, shares=shares(49_999))]),
    "SPLIT_STAY": ("C2", [stay(), stay(claim="C2", admitted=AGAIN + timedelta(15))]),
    "EMPTY_BED": ("C1", [stay(7, charges=tuple(charge(day=FIRST + timedelta(n)) for n in range(3)))]),
    "DOUBLE_CHARGING": ("V1", [visit(charges=TWICE)]),
    "OUT_OF_AREA_INVOICE": ("V1", [visit(shares=shares(1_000_001), **ABROAD)]),
    "PAID_AFTER_DEATH": ("V1", [visit(status="deceased", status_since=FIRST - timedelta(1))]),
    "PAID_IN_CUSTODY": ("V1", [visit(status="in_custody", status_since=FIRST)]),
}

FITS_NOT: dict[str, list[Recorded]] = {
    "LOW_THRESHOLD_ADMISSION, 500 yuan are enough": [stay(2, shares=shares(50_000))],
    "LOW_THRESHOLD_ADMISSION, three days are enough": [stay(3, shares=shares(49_999))],
    "SPLIT_STAY, sixteen days later": [stay(), stay(claim="C2", admitted=AGAIN + timedelta(16))],
    "SPLIT_STAY, another disease": [stay(), stay(claim="C2", admitted=AGAIN, disease="I10")],
    "EMPTY_BED, charged on every second day": [
        stay(8, charges=tuple(charge(day=FIRST + timedelta(n)) for n in range(4)))
    ],
    "EMPTY_BED, a short stay": [stay(3, charges=())],
    "DOUBLE_CHARGING, on another day": [visit(), visit("V2", charges=(charge(day=FIRST + timedelta(1)),))],
    "DOUBLE_CHARGING, at another provider": [visit(), visit("V2", provider="H34070000001")],
    "OUT_OF_AREA_INVOICE, 10,000 yuan are not above": [visit(shares=shares(1_000_000), **ABROAD)],
    "OUT_OF_AREA_INVOICE, settled by the provider": [visit(shares=shares(1_000_001), in_county=False)],
    "PAID_AFTER_DEATH, on the day itself": [visit(status="deceased", status_since=FIRST)],
    "PAID_AFTER_DEATH, died in hospital": [stay(status="deceased", status_since=AGAIN)],
    "PAID_IN_CUSTODY, released": [visit(status="normal", status_since=FIRST)],
}


@pytest.mark.parametrize(("rule", "case"), FITS.items(), ids=FITS)
def test_a_rule_finds_what_it_is_there_to_find(rule: str, case: tuple[str, list[Recorded]]) -> None:
    claim, history = case
    assert raised(*history) == [(rule, claim)]


@pytest.mark.parametrize("history", FITS_NOT.values(), ids=FITS_NOT)
def test_a_rule_leaves_alone_what_is_one_step_beside_it(history: list[Recorded]) -> None:
    assert raised(*history) == []


def evidence(*history: Recorded) -> dict[str, Any]:
    """What the one finding says."""
    (found,) = survey_person(history, MARCH, RULES)
    return found.body.evidence


def test_double_charging_names_the_lines_and_the_claim_that_charged_first() -> None:
    seen = evidence(visit("V1"), visit("V2", charges=(charge("X9"), charge("X1", amount=700))))
    assert (seen["lines"], seen["charged_in"], seen["amount"]) == ([1], ["V1"], 700)


def test_of_two_claims_the_one_approved_first_is_left_alone_though_it_was_decided_again_since() -> None:
    again = visit("V1", decided_on=AGAIN)
    assert raised(again, visit("V2")) == [("DOUBLE_CHARGING", "V2")]


def test_a_split_stay_names_the_stay_before() -> None:
    seen = evidence(stay(), stay(claim="C2", admitted=AGAIN + timedelta(4)))
    assert (seen["before"], seen["days"]) == ("C1", 4)


def test_a_finding_carries_the_figures_of_its_rule() -> None:
    assert evidence(stay(2, shares=shares(100)))["figures"] == {"days": 2, "below": 50_000}


def test_a_finding_says_that_a_reviewer_had_let_the_claim_pass() -> None:
    assert evidence(stay(2, shares=shares(100), reviewed=True))["reviewed"] is True


def test_a_day_does_not_ask_the_monthly_rules() -> None:
    claim = visit(status="in_custody", status_since=FIRST)
    assert raised(claim, span=Span.of_day(FIRST)) == []


def test_a_day_leaves_other_days_alone() -> None:
    assert raised(stay(2, shares=shares(100)), span=Span.of_day(FIRST)) == []


def test_a_death_heard_of_later_is_found_in_the_month_in_which_it_is_heard() -> None:
    claim = visit(status="deceased", status_since=FIRST - timedelta(1))
    assert raised(claim, span=Span.of_month("2017-06")) == [("PAID_AFTER_DEATH", "V1")]


def test_what_is_found_by_day_and_by_month_is_one_finding() -> None:
    claim = stay(2, shares=shares(100))
    by_day = survey_person([claim], Span.of_day(claim.decided_on), RULES)
    by_month = survey_person([claim], MARCH, RULES)
    assert [found.cause for found in by_day] == [found.cause for found in by_month]


def of_provider(*claims: Recorded) -> list[str]:
    """Which rules fit what the provider did."""
    return [found.body.rule for found in months(*claims)]


def months(*claims: Recorded) -> list[Found]:
    tally = Tally(RULES.drug_prefixes)
    tally.count(claims)
    return list(survey_providers(tally.months(), MARCH, RULES))


def quota_cases(over: int) -> list[Recorded]:
    """A hundred single-disease cases, some of them above the quota."""
    return [
        stay(claim=f"Q{n}", kind="single_disease", shares=shares(hospital=1 if n < over else 0)) for n in range(100)
    ]


def drugs(off_list: int) -> Recorded:
    """A visit with drugs for 100 yuan, of which so many fen are outside the list."""
    return visit(charges=(charge("XA01", amount=10_000 - off_list), charge("XA02", amount=off_list, list_class="C")))


def patients(hospitalised: int) -> list[Recorded]:
    """Thirty persons, each with a visit, and some of them with a stay as well."""
    seen = [visit(f"V{n}", person=f"P{n}") for n in range(30)]
    return seen + [stay(claim=f"C{n}", person=f"P{n}") for n in range(hospitalised)]


PROVIDERS: dict[str, tuple[list[Recorded], list[str]]] = {
    "20 of 100 cases above the quota keep the agreement": (quota_cases(20), []),
    "21 of 100 cases above the quota break it": (quota_cases(21), ["OVER_QUOTA_SHARE"]),
    "10% of drugs outside the list keep the agreement": ([drugs(1_000)], []),
    "a fen more breaks it": ([drugs(1_001)], ["OFF_LIST_DRUG_SHARE"]),
    "what is outside the list but no drug does not count": ([visit(charges=(charge("F1", list_class="C"),))], []),
    "20 of 30 persons in hospital are not remarkable": (patients(20), []),
    "21 of 30 are too many": (patients(21), ["HOSPITALISATION_RATE"]),
    "one of 30 is too few": (patients(1), ["HOSPITALISATION_RATE"]),
    "29 persons make no rate": (patients(0)[:29], []),
}


@pytest.mark.parametrize(("claims", "rules"), PROVIDERS.values(), ids=PROVIDERS)
def test_the_month_of_a_provider(claims: list[Recorded], rules: list[str]) -> None:
    assert of_provider(*claims) == rules


def test_a_finding_about_a_provider_belongs_to_the_provider_and_the_month() -> None:
    (found,) = months(*quota_cases(21))
    assert (found.stream, found.body.claim, found.body.month) == (found.body.provider, None, "2017-03")


def test_every_published_rule_is_asked_and_no_other() -> None:
    by_subject = {"claim": CLAIM_RULES.keys(), "provider": PROVIDER_RULES.keys()}
    assert {(code, rule.subject) for code, rule in RULES.rules.items()} == {
        (code, subject) for subject, codes in by_subject.items() for code in codes
    }


def test_every_assumed_figure_says_why() -> None:
    rows = orjson.loads(shipped_supervision())["rules"].values()
    assert [row["term"] for row in rows if row.get("status") == "assumed" and not row.get("reason")] == []


def test_a_month_ends_on_its_last_day() -> None:
    assert Span.of_month("2016-02")[:2] == (date(2016, 2, 1), date(2016, 2, 29))
