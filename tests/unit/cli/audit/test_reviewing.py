"""An audit finds a review out of turn, by the wrong person, or about something else than what stands last (审核)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from contracts.claims import Adjudicated, ReviewDecided
from services.cli.audit.claims.reviewing import Chains
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Place
from services.cli.audit.log.published import Rules
from tests.unit.adjudication_service.given import BOOK, PERSON, RULES

EXAMPLE = Path(__file__).parents[4] / "contracts" / "examples" / "Adjudicated.v1.json"
DECISION, HASH = UUID(int=7), "a" * 64
Word = tuple[str, str, str]
"""Stage, word, who."""
CHAIN: tuple[Word, ...] = (
    ("initial", "approve", "li.si"),
    ("second", "approve", "wang.wu"),
    ("recheck", "approve", "zhao.liu"),
    ("approval", "approve", "sun.qi"),
)


def row(seq: int, actor: str, kind: str) -> Row:
    place = Place("adjudication", 1, seq)
    return Row(place, str(DECISION), kind, 1, PERSON, "", date(2017, 3, 1), b"", {}, HASH, actor)


def decided(**changes: object) -> Adjudicated:
    example = Adjudicated.model_validate_json(EXAMPLE.read_bytes())
    facts = example.facts | {"standing": {"intake": RULES.id}}
    usual = {"claim": "C1", "book": BOOK, "pay_to": "provider", "outcome": "pended", "findings": ("LARGE_AMOUNT",)}
    return example.model_copy(update={"round": 1, "facts": facts} | usual | changes)


def reviewed(stage: str, word: str, **changes: object) -> ReviewDecided:
    final = word == "reject" or (stage, word) == ("approval", "approve")
    usual = {"claim": "C1", "book": BOOK, "stage": stage, "decision": word, "reason": "seen", "final": final}
    usual |= {"decision_id": DECISION, "decision_hash": HASH}
    return ReviewDecided.model_validate(usual | changes)


def differences(
    words: Sequence[Word], *, decision: Adjudicated | None = None, rounds: int = 1, **changes: object
) -> list[str]:
    """What an audit says of these words; the last of them is changed so."""
    found = Differences()
    chains = Chains(Rules(intake={RULES.id: RULES}), found)
    chains.wait(row(1, "adjudication", "Adjudicated"), decision or decided())
    for seq, (stage, word, actor) in enumerate(words, 2):
        body = reviewed(stage, word, **(changes if seq == len(words) + 1 else {}))
        chains.check(row(seq, actor, "ReviewDecided"), body, PERSON, "zhang.san", rounds)
    return [one.what for one in found.first]


@pytest.mark.parametrize(
    "words",
    [
        CHAIN,
        (("initial", "reject", "li.si"),),
        (CHAIN[0], ("second", "return", "wang.wu"), *CHAIN),
        (("initial", "hold", "li.si"), ("initial", "resume", "li.si"), *CHAIN),
    ],
    ids=["passed", "rejected", "returned", "held"],
)
def test_a_chain_that_was_gone_through_is_good(words: Sequence[Word]) -> None:
    assert differences(words) == []


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ((*CHAIN[:1], ("second", "approve", "li.si")), "what bars li.si from second of C1"),
        ((("initial", "approve", "zhang.san"),), "what bars zhang.san from initial of C1"),
        ((("initial", "approve", PERSON),), f"what bars {PERSON} from initial of C1"),
        ((("approval", "approve", "sun.qi"),), "what bars sun.qi from approval of C1"),
        ((*CHAIN, ("approval", "approve", "sun.qi")), "what bars sun.qi from approval of C1"),
        ((("initial", "hold", "li.si"), CHAIN[0]), "what bars li.si from initial of C1"),
        ((("sample", "approve", "li.si"),), "what bars li.si from sample of C1"),
    ],
)
def test_a_word_out_of_turn_or_by_the_wrong_person_is_found(words: Sequence[Word], what: str) -> None:
    assert what in differences(words)


@pytest.mark.parametrize("changes", [{"decision_id": UUID(int=8)}, {"decision_hash": "b" * 64}], ids=str)
def test_a_word_about_another_version_is_found(changes: dict[str, object]) -> None:
    assert differences(CHAIN[:1], **changes) == ["what bars li.si from initial of C1"]


def test_one_person_who_says_the_last_word_first_is_found() -> None:
    assert differences(CHAIN[:1], final=True) == ["initial is the last word on C1"]


def test_a_word_about_what_was_decided_anew_since_is_found() -> None:
    assert differences(CHAIN[:1], rounds=2) == ["C1 waits for people"]


def test_a_word_about_a_claim_that_was_withdrawn_is_found() -> None:
    found = Differences()
    chains = Chains(Rules(intake={RULES.id: RULES}), found)
    chains.wait(row(1, "adjudication", "Adjudicated"), decided())
    chains.withdraw("C1")
    chains.check(row(2, "li.si", "ReviewDecided"), reviewed("initial", "approve"), PERSON, "zhang.san", 1)
    assert [one.what for one in found.first] == ["C1 waits for people"]


def test_one_look_at_a_sample_is_good_and_a_second_is_found() -> None:
    drawn = decided(outcome="approved", findings=("SAMPLED",))
    looks = (("sample", "approve", "li.si"), ("sample", "approve", "wang.wu"))
    assert [differences(looks[:n], decision=drawn) for n in (1, 2)] == [[], ["what bars wang.wu from sample of C1"]]


def test_a_decision_under_rules_that_nobody_published_lets_nobody_pass() -> None:
    decision = decided(facts={})
    assert differences(CHAIN[:1], decision=decision) == ["what bars li.si from initial of C1"]
