"""The review chain: every stage another person, nobody on their own case, nothing on what has changed (审核流程)."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.adjudication.decide.review import SAMPLE, Order, Subject, position, refusal, settles
from services.adjudication.decide.tiers import ROLES, chain_for, tiers_of
from services.adjudication.model import Act, Word
from tests.unit.adjudication_service.given import BOOK, RULES

DECISION = UUID(int=1)
HASH = "a" * 64
ALL_ROLES = frozenset(ROLES.values())
WORDS: tuple[Word, ...] = ("approve", "reject", "return", "hold", "resume")


def chain(pay_to: str = "person", total: int = 0) -> tuple[str, ...]:
    return tuple(stage.name for stage in chain_for(RULES.tiers, BOOK, pay_to, total))


def subject(*acts: Act, pay_to: str = "person", outcome: str = "pended", findings: tuple[str, ...] = ()) -> Subject:
    return Subject(outcome, findings, DECISION, HASH, chain(pay_to), "P1", "zhang.san", acts)


def order(stage: str = "initial", word: Word = "approve", actor: str = "li.si", **changes: object) -> Order:
    return Order(stage, word, DECISION, HASH, actor, ALL_ROLES, None)._replace(**changes)


def code(about: Subject, wanted: Order) -> str | None:
    refused = refusal(about, wanted)
    return refused and refused.code


DONE = Act("initial", "approve", "li.si")


@pytest.mark.parametrize("pay_to, stages", [("person", 3), ("provider", 4)])
def test_a_chain_has_its_number_of_stages(pay_to: str, stages: int) -> None:
    acts = [Act(stage, "approve", f"actor {n}") for n, stage in enumerate(chain(pay_to))]
    assert (len(acts), position(chain(pay_to), acts).stage) == (stages, None)


def test_a_large_amount_is_looked_at_once_more() -> None:
    assert chain("person", 20_000_000) == ("initial", "second", "recheck", "approval")


def test_a_region_may_have_its_own_tier() -> None:
    chains = [chain_for(RULES.tiers, book, "person", 10_000_000) for book in (BOOK, "510800-310")]
    assert [len(stages) for stages in chains] == [3, 4]


@pytest.mark.parametrize("stages", [[], [["initial", 5], ["initial", 5]], [["nobody", 5]]])
def test_a_chain_of_no_stages_or_doubled_or_unknown_ones_is_refused(stages: list[list[object]]) -> None:
    rows = [{"book": "*", "pay_to": pay_to, "from": 0, "stages": stages} for pay_to in ("person", "provider")]
    with pytest.raises(ValueError, match="chain"):
        tiers_of(rows)


def test_a_chain_of_no_approvers_lets_nothing_pass() -> None:
    nobody = subject()._replace(chain=())
    assert code(nobody, order("approval")) == "NOT_IN_REVIEW"


def test_a_decision_on_another_version_is_stale() -> None:
    assert code(subject(), order(decision_hash="b" * 64)) == "STALE_DECISION"


def test_a_decision_on_another_decision_is_stale() -> None:
    assert code(subject(), order(decision_id=UUID(int=2))) == "STALE_DECISION"


def test_a_claim_that_is_not_pended_is_not_reviewed() -> None:
    assert code(subject(outcome="approved"), order()) == "NOT_IN_REVIEW"


def test_a_rejected_claim_is_not_reviewed_again() -> None:
    assert code(subject(Act("initial", "reject", "li.si")), order("second", actor="wang.wu")) == "NOT_IN_REVIEW"


def test_no_stage_is_jumped() -> None:
    assert code(subject(), order("second")) == "WRONG_STAGE"


def test_a_stage_needs_its_own_role() -> None:
    assert code(subject(), order(roles=frozenset({"approver"}))) == "WRONG_ROLE"


def test_no_roles_at_all_approve_nothing() -> None:
    assert code(subject(), order(roles=frozenset())) == "WRONG_ROLE"


def test_who_handed_the_claim_in_does_not_review_it() -> None:
    assert code(subject(), order(actor="zhang.san")) == "OWN_CASE"


def test_nobody_reviews_their_own_claim() -> None:
    assert code(subject(), order(actor="P1")) == "OWN_CASE"


@pytest.mark.parametrize(("person", "refused"), [("P1", "OWN_CASE"), ("P2", None), (None, None)])
def test_the_number_of_the_token_tells_whose_claim_it_is(person: str | None, refused: str | None) -> None:
    assert code(subject(), order(actor="li.si", person=person)) == refused


def test_one_person_does_not_act_at_two_stages() -> None:
    assert code(subject(DONE), order("second", actor="li.si")) == "SAME_PERSON"


def test_another_person_does_the_next_stage() -> None:
    assert code(subject(DONE), order("second", actor="wang.wu")) is None


def test_a_return_goes_back_one_stage_and_the_same_person_may_do_it_again() -> None:
    back = subject(DONE, Act("second", "return", "wang.wu"))
    assert code(back, order("initial", actor="li.si")) is None


def test_nothing_happens_to_a_claim_on_hold_but_resume() -> None:
    held = subject(Act("initial", "hold", "li.si"))
    assert [code(held, order(word=word)) for word in ("approve", "resume")] == ["ON_HOLD", None]


def test_only_a_claim_on_hold_is_resumed() -> None:
    assert code(subject(), order(word="resume")) == "NOT_ON_HOLD"


steps = st.lists(
    st.tuples(st.sampled_from(sorted(ROLES)), st.sampled_from(WORDS), st.sampled_from("abcdef")), max_size=30
)


DRAWN = ("SAMPLED",)


def test_an_approved_claim_that_was_drawn_is_looked_at_by_one_person() -> None:
    assert code(subject(outcome="approved", findings=DRAWN), order(SAMPLE)) is None


def test_a_claim_that_was_not_drawn_is_not_looked_at_as_a_sample() -> None:
    assert code(subject(outcome="approved"), order(SAMPLE)) == "NOT_IN_REVIEW"


def test_a_sample_is_looked_at_once() -> None:
    looked = subject(Act(SAMPLE, "approve", "li.si"), outcome="approved", findings=DRAWN)
    assert code(looked, order(SAMPLE, actor="wang.wu")) == "NOT_IN_REVIEW"


def test_nobody_looks_at_a_sample_that_they_handed_in() -> None:
    assert code(subject(outcome="approved", findings=DRAWN), order(SAMPLE, actor="zhang.san")) == "OWN_CASE"


def test_a_look_at_a_sample_settles_nothing() -> None:
    assert not settles(chain(), SAMPLE, "reject")


@given(steps=steps, pay_to=st.sampled_from(("person", "provider")))
def test_whatever_is_tried_a_chain_is_settled_only_by_as_many_people_as_it_has_stages(
    steps: list[tuple[str, Word, str]], pay_to: str
) -> None:
    acts: list[Act] = []
    for stage, word, actor in steps:
        if refusal(subject(*acts, pay_to=pay_to), order(stage, word, actor)) is None:
            acts.append(Act(stage, word, actor))
            if settles(chain(pay_to), stage, word) and word == "approve":
                passed = {act.actor for act in acts if act.word == "approve"}
                assert len(passed) >= len(chain(pay_to))
