"""What people do about claims over HTTP: review, clawback, cancellation; two pairs of eyes each time."""

import asyncio
import re
from datetime import date
from typing import Any

import httpx
import pytest

from contracts.clawbacks import Clawback
from services.adjudication.desk import Library
from services.adjudication.intake import shipped_calendar
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import FIRST_DAY, Counter
from tests.service.adjudication.given import form_of
from tests.service.adjudication.test_findings import publish_rules
from tests.service.adjudication.test_late_facts import said
from tests.unit.adjudication_service.given import LEVEL_2, PERSON, claim, line, visit

LARGE = claim("C1", line(6_000_000))
CHAIN = (
    ("initial", "li.si", "reviewer_1"),
    ("second", "wang.wu", "reviewer_2"),
    ("recheck", "zhao.liu", "reviewer_3"),
    ("approval", "sun.qi", "approver"),
)


async def bound(counter: Counter, number: str = "C1") -> dict[str, str]:
    """What binds a review to the latest decision on a claim."""
    latest = (await counter.claim(number))["decisions"][-1]
    return {key: latest[key] for key in ("decision_id", "decision_hash")}


async def review(
    counter: Counter, stage: str, actor: str, role: str, decision: str = "approve", **changes: Any
) -> httpx.Response:
    """Send one stage's word about C1."""
    order = {"stage": stage, "decision": decision, "reason": "seen", **await bound(counter)} | changes
    return await counter.post("/reviews/C1", order, actor, role)


async def take_back(counter: Counter, number: str, **what: Any) -> httpx.Response:
    """Propose a clawback as a reviewer."""
    body = {"claim": number, "ground": "COMPLAINT", "reason": "charged twice", **what}
    return await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")


async def agree(counter: Counter, proposed: httpx.Response, actor: str = "sun.qi") -> httpx.Response:
    """Approve a proposal."""
    return await counter.post(f"/clawbacks/{proposed.json()['clawback']}/approve", {}, actor, "approver")


async def basic_of_the_year(counter: Counter) -> int:
    """What the person's year counts for the basic fund, fen."""
    years = (await counter.get(f"/persons/{PERSON}/accumulators")).json()["years"]
    return int(years[0]["basic"])


async def test_a_claim_that_passes_its_whole_chain_is_approved(counter: Counter) -> None:
    await counter.submit(LARGE)
    for stage, actor, role in CHAIN:
        answer = await review(counter, stage, actor, role)
        assert answer.status_code == 201, answer.text
    await counter.place.decide()
    found = await counter.claim("C1")
    assert [decision["outcome"] for decision in found["decisions"]] == ["pended", "approved"]


async def test_a_claim_that_is_rejected_is_denied_and_pays_nothing(counter: Counter) -> None:
    await counter.submit(LARGE)
    await review(counter, *CHAIN[0], decision="reject", reason="not plausible")
    await counter.place.decide()
    found = await counter.claim("C1")
    assert (found["status"], found["decisions"][-1]["reason"], found["amounts"]["fund"]) == (
        "denied",
        "REVIEW_REJECTED",
        0,
    )


async def test_a_review_of_something_else_than_what_stands_is_stale(counter: Counter) -> None:
    await counter.submit(LARGE)
    answer = await review(counter, *CHAIN[0], decision_hash="0" * 64)
    assert (answer.status_code, answer.json()["code"]) == (409, "STALE_DECISION")


async def test_the_list_is_of_one_moment_though_the_last_word_is_said_meanwhile(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await counter.submit(LARGE)
    for stage, actor, role in CHAIN[:-1]:
        await review(counter, stage, actor, role)
    chain = Library.chain

    async def after_the_last_word(*of: Any) -> Any:
        monkeypatch.undo()
        assert (await review(counter, *CHAIN[-1])).status_code == 201
        return await chain(*of)

    monkeypatch.setattr(Library, "chain", after_the_last_word)
    (waits,) = (await counter.get("/reviews")).json()["reviews"]

    assert waits["stage"] == "approval"
    assert (await counter.get("/reviews")).json()["reviews"] == []


async def test_who_handed_a_claim_in_does_not_review_it(counter: Counter) -> None:
    await counter.submit(LARGE)
    answer = await review(counter, "initial", "zhang.san", "reviewer_1")
    assert (answer.status_code, answer.json()["code"]) == (403, "OWN_CASE")


async def test_the_worklist_names_the_stage_that_is_due(counter: Counter) -> None:
    await counter.submit(LARGE)
    await review(counter, *CHAIN[0])
    waiting = (await counter.get("/reviews")).json()["reviews"]
    assert [(row["claim"], row["stage"], row["findings"]) for row in waiting] == [("C1", "second", ["LARGE_AMOUNT"])]


async def test_the_worklist_says_which_version_of_the_rules_reminds(counter: Counter) -> None:
    await counter.submit(claim("C1", line(40_000), admitted="2017-02-28"))
    [row] = (await counter.get("/reviews")).json()["reviews"]
    rules = (await counter.get(f"/packs/{row['rule_version']}")).json()["rules"]
    assert (row["findings"], rules[row["findings"][0]]["figures"]) == (
        ["LOW_THRESHOLD_ADMISSION"],
        {"days": 2, "below": 50_000},
    )


async def test_what_is_taken_back_leaves_the_year_of_the_person(counter: Counter) -> None:
    await counter.submit(claim())
    before = await basic_of_the_year(counter)
    await agree(counter, await take_back(counter, "C1", amount=112_500))
    assert (before, await basic_of_the_year(counter)) == (1_112_500, 1_000_000)


async def test_fee_lines_are_taken_back_at_their_share(counter: Counter) -> None:
    await counter.submit(claim("C1", line(1_000_000), line(500_000)))
    proposed = await take_back(counter, "C1", lines=[1])
    assert proposed.json()["amount"] == 370_833


async def test_a_fee_line_is_taken_back_once(counter: Counter) -> None:
    await counter.submit(claim("C1", line(1_000_000), line(500_000)))
    first, second = [await take_back(counter, "C1", lines=[1]) for _ in range(2)]
    await agree(counter, first)
    answers = [await agree(counter, second), await take_back(counter, "C1", lines=[0, 1])]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "LINE_TAKEN")] * 2


async def test_line_by_line_all_is_taken_back_and_no_fen_more(counter: Counter) -> None:
    await counter.submit(claim("C1", line(750_002), line(750_002)))
    await agree(counter, await take_back(counter, "C1", lines=[0]))
    last = await agree(counter, await take_back(counter, "C1", lines=[1]))
    assert (last.json()["amount"], await basic_of_the_year(counter)) == (556_251, 0)


@pytest.mark.parametrize("days, overdue", [(15, False), (16, True)])
async def test_a_stage_is_overdue_when_its_working_days_are_over(counter: Counter, days: int, overdue: bool) -> None:
    await counter.submit(LARGE)
    today = shipped_calendar().after(FIRST_DAY, days).day
    async with counter.place.log.unit("clock") as unit:
        await unit.open_day(today)
    listed = (await counter.get(f"/reviews?overdue={str(overdue).lower()}")).json()["reviews"]
    assert [(row["claim"], row["due"], row["due_assumed"]) for row in listed] == [("C1", "2017-03-22", False)]


async def test_nobody_can_say_that_somebody_else_has_approved(counter: Counter) -> None:
    await counter.submit(LARGE)
    order = {"stage": "initial", "decision": "approve", "actor": "wang.wu", **await bound(counter)}
    answer = await counter.post("/reviews/C1", order, "li.si", "reviewer_1")
    assert (answer.status_code, answer.json()["field"]) == (422, "actor")


async def test_no_more_is_taken_back_than_is_left(counter: Counter) -> None:
    await counter.submit(claim())
    await agree(counter, await take_back(counter, "C1", amount=1_000_000))
    answer = await take_back(counter, "C1", amount=112_501)
    assert (answer.status_code, answer.json()["code"]) == (409, "ABOVE_APPROVED")


async def test_of_proposals_approved_at_once_as_many_hold_as_the_claim_reaches_for(counter: Counter) -> None:
    await counter.submit(claim())
    proposals = [await take_back(counter, "C1", amount=300_000) for _ in range(5)]
    answers = await asyncio.gather(*[agree(counter, one, f"sun.{n}") for n, one in enumerate(proposals)])
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 409, 409]
    assert (await basic_of_the_year(counter), await differences(counter.place)) == (212_500, [])


async def test_who_proposes_a_clawback_does_not_approve_it(counter: Counter) -> None:
    await counter.submit(claim())
    answer = await agree(counter, await take_back(counter, "C1", amount=1), actor="wang.wu")
    assert (answer.status_code, answer.json()["code"]) == (403, "SAME_PERSON")


async def test_a_clawback_is_approved_once(counter: Counter) -> None:
    await counter.submit(claim())
    proposed = await take_back(counter, "C1", amount=1)
    answers = [await agree(counter, proposed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]


async def test_a_cancelled_claim_leaves_nothing_behind(counter: Counter) -> None:
    await counter.submit(claim())
    answer = await counter.post("/claims/C1/cancel", {"reason": "entered twice"})
    await counter.submit(claim("C2", invoice="INV-C1"))
    found = await counter.claim("C2")
    assert (answer.json()["taken_back"], found["status"], await basic_of_the_year(counter)) == (
        1_112_500,
        "approved",
        1_112_500,
    )
    assert await differences(counter.place) == []


async def test_an_auditor_finds_what_one_person_took_back_alone(counter: Counter) -> None:
    await counter.submit(claim())
    await agree(counter, await take_back(counter, "C1", amount=100))
    (taken,) = await said(counter.place, Clawback)
    alone = taken.model_copy(update={"clawback": "K-ALONE"})
    await counter.place.say(alone, stream=lambda _: PERSON, actor="zhao.liu")
    assert any("two people" in found for found in await differences(counter.place))


async def test_the_last_claim_is_cancelled_first(counter: Counter) -> None:
    await counter.submit(claim(), visit("C2", 10_000))
    answer = await counter.post("/claims/C1/cancel", {"reason": "entered twice"})
    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_LAST")


async def test_an_estimate_writes_nothing(counter: Counter) -> None:
    body = claim().model_dump(mode="json", by_alias=True)
    answer = await counter.http.post("/estimates", json=body, headers=counter.who("zhang.san", "clerk"))
    rows = await counter.place.fetch("select count(*) from log.event where kind = 'ClaimSubmitted'")
    assert (answer.json()["amounts"]["basic"], rows) == (1_112_500, [(0,)])


async def test_an_estimate_answers_what_if_the_person_were_poor(counter: Counter) -> None:
    body = claim().model_dump(mode="json", by_alias=True)
    who = counter.who("zhang.san", "clerk")
    answer = await counter.http.post("/estimates?tags=poor", json=body, headers=who)
    assert answer.json()["amounts"]["assistance"] == 271_250


async def test_the_explanation_of_a_denial_names_its_cure(counter: Counter) -> None:
    await counter.submit(claim(provider="H34070699999"))
    explained = (await counter.get("/claims/C1/explanation")).json()
    assert explained["notes"]["PROVIDER_UNKNOWN"]["cure"].startswith("请核对机构编码")


async def test_the_explanation_has_the_words_of_the_rules_that_decided(counter: Counter) -> None:
    await counter.submit(claim("C1", line(10_000), admitted=date(2017, 2, 28)))
    await publish_rules(counter, "LOW_THRESHOLD_ADMISSION", phases=["settled"], sentence="另一种说法。")
    explained = (await counter.get("/claims/C1/explanation")).json()
    assert explained["notes"]["LOW_THRESHOLD_ADMISSION"]["sentence"] == "住院天数短且费用低, 疑似低标准入院。"


async def test_the_explanation_carries_the_national_settlement_record(counter: Counter) -> None:
    await counter.submit(claim())
    record = (await counter.get("/claims/C1/explanation")).json()["setlinfo"]
    assert (record["medfee_sumamt"], record["hifp_pay"], record["psn_cash_pay"]) == ("15000.00", "11125.00", "3875.00")


@pytest.mark.parametrize("query, accept", [("?format=pdf", "*/*"), ("", "application/pdf")])
async def test_the_explanation_is_printed_for_who_asks_for_paper(counter: Counter, query: str, accept: str) -> None:
    await counter.submit(claim())
    paper = await counter.get(f"/claims/C1/explanation{query}", accept=accept)
    assert (paper.headers["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")


async def test_the_explanation_is_a_page_in_chinese_for_a_browser(counter: Counter) -> None:
    await counter.submit(claim())
    page = await counter.get("/claims/C1/explanation", accept="text/html")
    assert re.search("核定结果: 予以支付.*11,125.00", page.text, re.DOTALL)


async def test_the_explanation_says_what_was_taken_back_since(counter: Counter) -> None:
    await counter.submit(claim())
    await agree(counter, await take_back(counter, "C1", amount=12_500))
    page = await counter.get("/claims/C1/explanation", accept="text/html")
    assert "基金支付中已追回 125.00 元。<br>怎么办: 对追回有异议的" in page.text


async def test_the_explanation_of_a_withdrawn_claim_says_so(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.post("/claims/C1/cancel", {"reason": "entered twice"})
    page = await counter.get("/claims/C1/explanation", accept="text/html")
    assert ("本次申报已撤销, 基金不支付。" in page.text, "追回" in page.text) == (True, False)


async def test_a_suspended_provider_is_not_paid_from_that_day_on(counter: Counter) -> None:
    await counter.post("/providers", form_of(LEVEL_2) | {"agreement": "suspended", "since": "2017-03-01"})
    await counter.submit(claim())
    assert (await counter.claim("C1"))["decisions"][-1]["reason"] == "PROVIDER_SUSPENDED"
