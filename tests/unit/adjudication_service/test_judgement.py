"""The whole decision on a claim, as the service and an audit make it (核定)."""

from uuid import UUID

from contracts.claims import Adjudicated, Amounts
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.judgement import adjudicated, judge, judge_again
from services.adjudication.model import Year
from tests.unit.adjudication_service.given import FACTS, PACK, RULES, claim, line


def decided(facts: Facts = FACTS) -> Adjudicated:
    judgement = judge(claim(), facts, PACK, RULES, "no")
    return adjudicated(claim(), facts, PACK, judgement, round_=1, seen=7, review=None)


def test_what_is_built_for_the_log_is_what_the_contract_says() -> None:
    built = decided()
    assert Adjudicated.model_validate_json(built.canonical()) == built


def test_the_fast_way_of_writing_a_decision_is_the_way_of_every_body() -> None:
    built = decided()
    assert built.canonical() == super(Adjudicated, built).canonical()


def test_facts_are_read_back_as_they_were_written() -> None:
    facts = FACTS._replace(tags=("poor",), year=Year(basic=1, chronic={"D01": 2}), discharged_before=claim().on)
    assert Facts.from_json(facts.as_json()) == facts


def test_a_decision_is_made_again_from_what_it_recorded() -> None:
    body = decided(FACTS._replace(tags=("poor",), year=Year(own_in_scope=3_000_000)))
    again = judge_again(claim(), body, {PACK.id: PACK}, {RULES.id: RULES})
    assert (again.outcome, again.result["amounts"]) == (body.outcome, body.amounts.model_dump())


def test_a_pended_claim_counts_nothing() -> None:
    judgement = judge(claim("C1", line(5_000_000)), FACTS, PACK, RULES, "no")
    assert (judgement.outcome, judgement.counted.basic) == ("pended", 0)


def test_a_claim_that_review_let_pass_is_approved_in_spite_of_its_findings() -> None:
    assert judge(claim("C1", line(5_000_000)), FACTS, PACK, RULES, "approved").outcome == "approved"


def test_a_claim_that_review_let_pass_is_denied_if_the_facts_have_changed() -> None:
    judgement = judge(claim(), FACTS._replace(status="arrears"), PACK, RULES, "approved")
    assert judgement.reason == "IN_ARREARS"


def test_a_claim_that_review_rejected_is_denied() -> None:
    assert judge(claim(), FACTS, PACK, RULES, "rejected").reason == "REVIEW_REJECTED"


def test_people_approve_the_amounts_that_they_saw_and_no_others() -> None:
    large = claim("C1", line(5_000_000))
    seen = Amounts(**judge(large, FACTS, PACK, RULES, "no").result["amounts"])
    poor = judge(large, FACTS._replace(tags=("poor",)), PACK, RULES, "approved", seen)
    assert (poor.outcome, poor.findings) == ("pended", ("REVIEW_VOID", "LARGE_AMOUNT"))
    assert judge(large, FACTS, PACK, RULES, "approved", seen).outcome == "approved"


def test_what_the_account_can_pay_meanwhile_voids_no_review() -> None:
    large = claim("C1", line(5_000_000))
    seen = judge(large, FACTS, PACK, RULES, "no").result["amounts"]
    paid = Amounts(**seen | {"account": 1, "cash": seen["cash"] - 1})
    assert judge(large, FACTS, PACK, RULES, "approved", paid).outcome == "approved"


def test_a_void_review_is_made_again_from_what_its_decision_recorded() -> None:
    large = claim("C1", line(5_000_000))
    judgement = judge(large, FACTS, PACK, RULES, "void")
    body = adjudicated(large, FACTS, PACK, judgement, round_=2, seen=7, review=UUID(int=1))
    assert judge_again(large, body, {PACK.id: PACK}, {RULES.id: RULES}) == judgement
