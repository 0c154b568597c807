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


def steps(**changes) -> dict[str, dict]:
    """The steps of a case in Nanchong that name a figure, by its name."""
    return {step["ref"]: step for step in trace_of(a_case(pack="511300-resident", **changes)) if "ref" in step}


def test_a_raised_rate_names_what_it_raises_and_is_marked_where_that_is_assumed() -> None:
    stay = a_case()["claim"] | {"disease": "P01"}
    step = steps(claim=stay)["raised.points+basic.level_3"]
    assert step["param"] == {"points": 500, "bands": [{"over": 0, "rate": 6_000}]}
    assert (step["since"], step["source"]) == ("2012-01-01", "南充全民医保报道2017 (4-9); 本系统设定 (packs.md §4)")
    assert (step["assumed"], "提高5% (原比例 60%)" in explain([step])[0].text) == (True, True)


def test_a_raised_rate_of_which_all_is_printed_is_not_marked() -> None:
    stay = a_case()["claim"] | {"disease": "P01"}
    step = steps(claim=stay, provider={"level": "township", "in_county": True})["raised.points+basic.township"]
    assert (step["source"], "assumed" in step) == ("南充全民医保报道2017 (4-9); 南充全民医保报道2017 (4-7)", False)


def test_a_raised_rate_decided_before_its_bands_were_told_can_still_be_explained() -> None:
    stay = a_case()["claim"] | {"disease": "P01"}
    step = steps(claim=stay)["raised.points+basic.level_3"] | {"param": 500}
    assert "该病种提高5%, 报销" in explain([step])[0].text


def test_a_visit_that_counts_as_a_stay_says_why_no_deductible_is_due() -> None:
    visit = a_case()["claim"] | {"kind": "outpatient", "admitted": None, "discharged": None, "disease": "T01"}
    step = steps(claim=visit)["as_stay.diseases.T01"]
    assert (step["source"], step["out"]) == ("南充全民医保报道2017 (4-11)", 0)
    assert explain([step])[0].text == "该病种的门诊费用按住院报销, 不设起付线。"


def test_a_second_claim_of_a_year_says_what_the_critical_layer_came_to_before_it() -> None:
    said = [sentence.text for sentence in explain(trace_of(a_case(ytd={"own_in_scope": 2_100_000})))]
    assert any("全年13,612元, 此前500元, 本次支付13,112元。" in text for text in said)


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
