"""What is found again is news only where something is another, and some people have no part in a finding (监管疑点)."""

import orjson
import pytest

from contracts.supervision import FindingRaised
from services.adjudication.decide.supervision import Span, SupervisionRules, survey_person
from services.adjudication.decide.supervision.grounds import grounds_of, of_people
from services.adjudication.decide.supervision.life import bar, is_news, matter_of
from services.adjudication.followed import Earlier, Part, Status
from services.adjudication.supervision import shipped_grounds, shipped_supervision
from tests.unit.adjudication_service.recorded import RULES, charge, shares, stay, visit

TWICE = (charge("X1"), charge("X1"))
OTHER = {"lines": [2]}


def rules_in_which(code: str) -> SupervisionRules:
    """The rules of supervision, published with other words about one rule."""
    content = orjson.loads(shipped_supervision())
    content["rules"][code]["sentence"] = "换一种说法。"
    return SupervisionRules.of(orjson.dumps(content))


OWN, ANOTHERS = rules_in_which("DOUBLE_CHARGING"), rules_in_which("SPLIT_STAY")
VERSIONS = {rules.id: rules for rules in (RULES, OWN, ANOTHERS)}


def found(**changes: object) -> FindingRaised:
    """An item that was charged twice."""
    [one] = survey_person([visit(charges=TWICE)], Span.of_month("2017-03"), RULES)
    return one.body.model_copy(update=changes)


def before(status: Status, **changes: object) -> Earlier:
    body = found(**changes)
    return Earlier(body.rule_version, body.evidence, status)


@pytest.mark.parametrize(
    ("status", "changes", "news"),
    [
        ("open", {"evidence": OTHER, "rule_version": OWN.id}, False),
        ("in_review", {"evidence": OTHER, "rule_version": OWN.id}, False),
        ("proposed", {"evidence": OTHER, "rule_version": OWN.id}, False),
        ("upheld", {"rule_version": OWN.id}, False),
        ("upheld", {"evidence": OTHER}, True),
        ("closed", {}, False),
        ("closed", {"evidence": OTHER}, True),
        ("closed", {"rule_version": OWN.id}, True),
        ("closed", {"rule_version": ANOTHERS.id}, False),
        ("closed", {"rule_version": "0" * 64}, True),
    ],
)
def test_what_was_found_before_is_news_where_it_says_something_else(
    status: Status, changes: dict[str, object], news: bool
) -> None:
    assert is_news(found(), [before(status, **changes)], VERSIONS) is news


def test_one_of_many_that_says_the_same_is_enough() -> None:
    assert is_news(found(), [], VERSIONS) is True
    assert is_news(found(), [before("closed"), before("closed", evidence=OTHER)], VERSIONS) is False


def test_a_claim_is_one_matter_in_every_month_and_a_provider_one_in_each() -> None:
    assert matter_of(found()) == matter_of(found(month="2017-04", provider="H34070000001"))
    assert matter_of(found(claim=None)) != matter_of(found(claim=None, month="2017-04"))


def test_other_evidence_makes_another_number_and_the_same_the_same() -> None:
    def number(cost: int) -> str:
        [one] = survey_person([stay(2, shares=shares(cost))], Span.of_month("2017-03"), RULES)
        return one.body.finding

    assert (number(100) == number(100), number(100) == number(101)) == (True, False)


@pytest.mark.parametrize(
    ("actor", "code"),
    [("clerk", "OWN_CASE"), ("judge", "SAME_PERSON"), ("his", "SAME_PERSON"), ("taker", "SAME_PERSON")],
)
def test_who_had_a_part_is_barred(actor: str, code: str) -> None:
    barred = bar(actor, None, Part({"clerk"}, {"judge"}, {"his"}, "taker"))
    assert barred is not None
    assert barred[0] == code


def test_who_had_no_part_is_not_barred() -> None:
    assert bar("other", "P2", Part({"clerk", "P1"}, {"judge"}, {"his"}, "taker")) is None


def test_whose_own_case_it_is_is_barred_by_the_number_of_their_token() -> None:
    barred = bar("other", "P1", Part({"clerk", "P1"}, {"judge"}, {"his"}, "taker"))
    assert barred is not None
    assert barred[0] == "OWN_CASE"


def test_people_bring_no_ground_of_the_service_and_no_finding_without_its_number() -> None:
    grounds = grounds_of(shipped_grounds())
    assert grounds.keys() - set(of_people(grounds)) == {"SUPERVISION", "CANCELLED", "SUPERSEDED"}
