"""The trace says in Chinese what was done and why (待遇说明)."""

import copy
from pathlib import Path

import orjson
import pytest

from services.adjudication.decide import check_case, decide
from services.adjudication.decide.explain import PROCESS_TEXT_LENGTH, explain, process_text
from services.adjudication.offline.cases import read_examples, run
from services.adjudication.packs import shipped
from tests.unit.adjudication.given_cases import a_case, a_line

CASES = Path(__file__).parents[2] / "cases"
PACKS = shipped()


def trace_of(case: dict) -> list:
    return decide(check_case(case, PACKS), PACKS[case["pack"]])["trace"]


@pytest.mark.parametrize("pack", PACKS)
def test_every_step_of_every_case_has_a_sentence(pack: str) -> None:
    for example in read_examples(CASES / pack):
        trace = run(example, PACKS[pack])["trace"]
        assert len(explain(trace)) == len(trace)
        assert "{" not in process_text(trace)


def test_a_sentence_names_the_rule_the_result_and_the_source() -> None:
    basic = next(sentence for sentence in explain(trace_of(a_case())) if sentence.term == "三级医院报销比例")
    assert "10,000元以内 65%, 10,000元以上 70%" in basic.text
    assert "报销54,980元" in basic.text
    assert basic.source == "义安区共享发展工作总结2017 (0-9), 2017-01-01起"


def test_what_assistance_pays_is_said_with_its_rate_and_limit() -> None:
    poor = {"birth": "1960-01-01", "tags": ["poor"], "chronic": [], "account_balance": 0}
    said = [sentence.text for sentence in explain(trace_of(a_case(person=poor)))]
    assert "医疗救助 (70%, 年限额 30,000元): 余下自付15,008元, 此前已用0元, 本次救助10,505.60元。" in said


def test_a_child_is_told_the_birthday_that_the_pack_sets() -> None:
    child = {"birth": "2004-02-29", "tags": [], "chronic": [], "account_balance": 0}
    stay = a_case()["claim"] | {"disease": "S02"}
    said = [sentence.text for sentence in explain(trace_of(a_case(pack="511300-resident", person=child, claim=stay)))]
    assert "2022-03-01之前入院的儿童重大疾病, 起付线700元以上按100%报销79,300元。" in said


def test_a_figure_without_a_source_is_marked() -> None:
    marks = {sentence.term: sentence.assumed for sentence in explain(trace_of(a_case()))}
    assert (marks["三级医院起付线"], marks["三级医院报销比例"]) == (True, False)


def test_the_process_text_fits_the_national_field_and_ends_with_a_whole_sentence() -> None:
    text = process_text(trace_of(a_case()) * 20)
    assert len(text) <= PROCESS_TEXT_LENGTH
    assert text.endswith("。")


def test_a_usual_claim_has_a_trace_of_at_most_two_and_a_half_kilobytes() -> None:
    poor = copy.deepcopy(a_case(person={"birth": "1960-01-01", "tags": ["poor"], "chronic": [], "account_balance": 0}))
    poor["claim"]["lines"] += [a_line()] * 20
    assert len(orjson.dumps(trace_of(poor))) <= 2_500
