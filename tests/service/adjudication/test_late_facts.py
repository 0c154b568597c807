"""What is learnt too late has a claim decided again; more is paid at once, less waits for people (迟到的事实)."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.claims import Adjudicated, ClaimSubmitted
from contracts.clawbacks import Clawback
from contracts.enrollment import DiseaseCertified, StatusChanged, TagChanged
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import Counter, Place
from tests.unit.adjudication_service.given import BOOK, PERSON, claim, enrolled, line, visit

POOR = TagChanged(person=PERSON, book=BOOK, tag="poor", begins=date(2017, 1, 1), ends=None)
ARREARS = StatusChanged(person=PERSON, book=BOOK, status="arrears", since=date(2017, 2, 1))
CHAIN = (("initial", "reviewer_1"), ("second", "reviewer_2"), ("recheck", "reviewer_3"), ("approval", "approver"))

WHOLE = 1_112_500
"""What the fund pays of the usual claim."""


async def said(place: Place, kind: type[Any]) -> list[Any]:
    """All bodies of a kind in the log."""
    events = [event for shard in range(16) for event in await place.log.read(shard, 0, 100_000)]
    return [kind.model_validate_json(event.body) for event in events if event.kind == kind.KIND]


async def settle(counter: Counter, word: str = "approve") -> None:
    """Let the people of the chain say the same word one after the other, until it is settled."""
    for stage, role in CHAIN:
        waiting = (await counter.get("/reviews")).json()["reviews"]
        if not waiting:
            break
        named = {name: waiting[0][name] for name in ("decision_id", "decision_hash")}
        order = {"stage": stage, "decision": word, "reason": "looked at", **named}
        answer = await counter.post(f"/reviews/{waiting[0]['claim']}", order, f"person of {stage}", role)
        assert answer.status_code == 201, answer.text
    await counter.place.decide()


def stay(n: int, **changes: Any) -> ClaimSubmitted:
    """The n-th stay of a week of the year."""
    admitted = date(2017, 1, 1) + timedelta(7 * n)
    days = {"admitted": admitted, "discharged": admitted + timedelta(5), "on": admitted + timedelta(5)}
    return claim(f"S{n}", **days | changes)


async def year(counter: Counter) -> list[tuple[object, ...]]:
    return await counter.place.fetch("select basic, own_in_scope, assistance from state.accumulator")


async def test_a_tag_learnt_late_is_paid_for_at_once(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.hear(POOR)
    decided = await said(counter.place, Adjudicated)
    assert [(d.round, d.outcome, d.amounts.fund) for d in decided] == [
        (1, "approved", WHOLE),
        (2, "approved", WHOLE + 271_250),
    ]


async def test_both_results_stay_and_the_newer_names_the_older(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.hear(POOR)
    found = await counter.claim("C1")
    first, second = found["decisions"]
    assert (second["supersedes"], found["amounts"]["fund"]) == (first["decision_id"], WHOLE + 271_250)


async def test_what_was_left_of_the_older_is_taken_back_whole(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.hear(POOR)
    taken = await said(counter.place, Clawback)
    assert [(body.ground, body.amount) for body in taken] == [("SUPERSEDED", WHOLE)]


async def test_the_year_moves_by_the_difference(counter: Counter) -> None:
    await counter.submit(claim())
    before = await year(counter)
    await counter.place.hear(POOR)
    assert (before, await year(counter)) == ([(WHOLE, 387_500, 0)], [(WHOLE, 387_500, 271_250)])


async def test_a_fact_of_a_later_day_changes_nothing(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.hear(POOR.model_copy(update={"begins": date(2017, 3, 2)}))
    assert len(await said(counter.place, Adjudicated)) == 1


async def test_a_fact_that_changes_no_amount_makes_no_decision(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.hear(enrolled(ends=date(2018, 12, 31)))
    assert len(await said(counter.place, Adjudicated)) == 1


async def test_a_suspension_learnt_late_takes_nothing_back_by_itself(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.hear(ARREARS)
    found, waiting = await counter.claim("C1"), (await counter.get("/reviews")).json()["reviews"]
    assert (found["status"], found["stage"], waiting[0]["findings"]) == ("approved", "initial", ["LATE_FACT"])
    assert (waiting[0]["stands"], waiting[0]["fund"]) == (WHOLE, 0)
    assert await said(counter.place, Clawback) == []


async def test_a_claim_that_only_counted_towards_the_year_is_not_denied_without_people_either(counter: Counter) -> None:
    await counter.submit(claim("C1", line(20_000)))
    await counter.place.hear(ARREARS)
    assert [(d.outcome, d.amounts.fund) for d in await said(counter.place, Adjudicated)] == [
        ("approved", 0),
        ("pended", 0),
    ]


async def test_a_suspension_that_people_agree_to_denies_the_claim_and_takes_all_of_it_back(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.hear(ARREARS)
    await settle(counter)
    found = await counter.claim("C1")
    assert (found["status"], found["decisions"][-1]["reason"], found["clawbacks"][0]["amount"]) == (
        "denied",
        "IN_ARREARS",
        WHOLE,
    )
    assert await year(counter) == [(0, 0, 0)]


async def test_a_stay_over_new_year_that_is_taken_back_lets_the_allowance_of_its_first_year_be_until_it_is_paid_again(
    counter: Counter,
) -> None:
    certified = DiseaseCertified(person=PERSON, book=BOOK, disease="D01", begins=date(2017, 1, 1), ends=None)
    await counter.place.hear(enrolled(begins=date(2018, 1, 1), ends=date(2018, 12, 31)), certified)
    new_year = date(2018, 1, 3)
    await counter.submit(claim(admitted=date(2017, 12, 28), discharged=new_year, on=new_year))
    await counter.submit(visit("V1", 1_000_000, kind="chronic", disease="D01", on=date(2017, 12, 10)))
    before = (await counter.claim("V1"))["amounts"]["basic"]
    await counter.place.hear(ARREARS.model_copy(update={"since": date(2018, 1, 1)}))
    await settle(counter)
    found = await counter.claim("V1")
    assert (before, found["amounts"]["basic"], len(found["decisions"])) == (275_000, 300_000, 2)
    await counter.place.hear(ARREARS.model_copy(update={"since": date(2018, 1, 1), "status": "normal"}))
    waiting = (await counter.get("/reviews")).json()["reviews"]
    assert [(one["claim"], one["findings"], one["fund"]) for one in waiting] == [("V1", ["LATE_FACT"], before)]


async def test_a_suspension_that_people_turn_down_leaves_the_decision_as_it_was(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.hear(ARREARS)
    await settle(counter, "reject")
    found, waiting = await counter.claim("C1"), (await counter.get("/reviews")).json()["reviews"]
    assert (found["status"], found["amounts"]["fund"], waiting) == ("approved", WHOLE, [])


async def test_what_people_turned_down_is_not_brought_before_them_again(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.hear(ARREARS)
    await settle(counter, "reject")
    await counter.place.hear(ARREARS)
    assert len(await said(counter.place, Adjudicated)) == 2


async def test_cover_learnt_late_pays_a_claim_that_was_denied(counter: Counter) -> None:
    await counter.place.hear(enrolled(ends=date(2017, 1, 31)))
    await counter.submit(claim())
    await counter.place.hear(enrolled())
    found = await counter.claim("C1")
    assert [(d["outcome"], d["reason"]) for d in found["decisions"]] == [
        ("denied", "NOT_COVERED_ON_DATE"),
        ("approved", None),
    ]


async def test_a_claim_denied_before_is_not_paid_on_an_invoice_used_meanwhile(counter: Counter) -> None:
    await counter.place.hear(enrolled(ends=date(2017, 1, 31)))
    other = "34070600000002"
    await counter.place.hear(enrolled(other))
    await counter.submit(claim("C1", invoice="I1"), claim("C2", invoice="I1", person=other))
    await counter.place.hear(enrolled())
    assert (await counter.claim("C1"))["status"] == "denied"


async def test_a_later_claim_is_decided_again_on_the_year_that_is_another_now(counter: Counter) -> None:
    certain = {"admitted": date(2017, 5, 1), "discharged": date(2017, 5, 9), "on": date(2017, 5, 9)}
    await counter.submit(claim("C1"), claim("C2", **certain))
    first = TagChanged(person=PERSON, book=BOOK, tag="poor", begins=date(2017, 1, 1), ends=date(2017, 4, 1))
    await counter.place.hear(first)
    [second] = [d for d in await said(counter.place, Adjudicated) if d.claim == "C2"]
    again = [d for d in await said(counter.place, Adjudicated) if d.claim == "C1"][-1]
    assert (again.facts["ytd"]["basic"], second.facts["ytd"]["basic"]) == (0, again.amounts.basic)  # type: ignore[index,call-overload]


async def test_what_people_took_back_stays_taken_when_the_claim_is_decided_again(counter: Counter) -> None:
    await counter.submit(claim())
    body = {"claim": "C1", "amount": 100_000, "ground": "COMPLAINT", "reason": "charged twice"}
    number = (await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")).json()["clawback"]
    await counter.post(f"/clawbacks/{number}/approve", {}, "zhao.liu", "approver")
    await counter.place.hear(POOR)
    taken = [(b.ground, b.amount) for b in await said(counter.place, Clawback)]
    assert taken == [("COMPLAINT", 100_000), ("SUPERSEDED", WHOLE - 100_000), ("COMPLAINT", 100_000)]


async def test_a_claim_decided_again_is_cancelled_whole(counter: Counter) -> None:
    await counter.submit(claim(), visit("C2", 10_000))
    await counter.place.hear(POOR)
    for number in ("C2", "C1"):
        answer = await counter.post(f"/claims/{number}/cancel", {"reason": "entered twice"})
        assert answer.status_code == 201, answer.text
    assert await year(counter) == [(0, 0, 0)]


@pytest.mark.parametrize("word", ["approve", "reject"])
async def test_a_suspension_lifted_again_brings_the_claim_back(counter: Counter, word: str) -> None:
    await counter.submit(claim())
    await counter.place.hear(ARREARS)
    await settle(counter, word)
    await counter.place.hear(ARREARS.model_copy(update={"status": "normal"}))
    found = await counter.claim("C1")
    assert (found["status"], await year(counter)) == ("approved", [(WHOLE, 387_500, 0)])


async def test_a_fact_learnt_late_gives_what_it_would_have_given_in_time(place: Place) -> None:
    other = "34070600000002"
    await place.hear(enrolled(), enrolled(other), POOR.model_copy(update={"person": other}))
    mine = [stay(n, claim=f"A{n}", invoice=f"A{n}", lines=(line(3_000_000),)) for n in range(4)]
    theirs = [stay(n, claim=f"B{n}", invoice=f"B{n}", lines=(line(3_000_000),), person=other) for n in range(4)]
    await place.submit(*mine, *theirs)
    await place.decide()
    await place.hear(POOR)
    last = {decided.claim: (decided.amounts, decided.counted) for decided in await said(place, Adjudicated)}
    assert [last[f"A{n}"] for n in range(4)] == [last[f"B{n}"] for n in range(4)]


async def test_a_fact_that_comes_while_claims_are_decided_misses_none_of_them(place: Place) -> None:
    await place.hear(enrolled())
    await place.submit(*[stay(n) for n in range(8)])
    asking = [event for event in await place.news() if event.kind == "ClaimSubmitted"]
    work = [place.decide([event]) for event in asking]
    await asyncio.gather(*work[:4], place.hear(POOR), *work[4:])
    last = {decided.claim: decided.amounts.assistance for decided in await said(place, Adjudicated)}
    assert [number for number, assistance in last.items() if not assistance] == []


async def test_an_auditor_finds_nothing_wrong_with_decisions_made_again(counter: Counter) -> None:
    later = {"admitted": date(2017, 5, 1), "discharged": date(2017, 5, 9), "on": date(2017, 5, 9)}
    await counter.place.hear(enrolled(ends=date(2017, 4, 30)))
    await counter.submit(claim("C1"), visit("C2", 10_000), claim("C3", **later))
    body = {"claim": "C1", "amount": 100_000, "ground": "COMPLAINT", "reason": "charged twice"}
    number = (await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")).json()["clawback"]
    await counter.post(f"/clawbacks/{number}/approve", {}, "zhao.liu", "approver")
    await counter.place.hear(POOR, enrolled())
    await counter.place.hear(ARREARS)
    await settle(counter)
    await counter.place.hear(ARREARS.model_copy(update={"status": "normal"}))
    await counter.submit(visit("C4", 20_000))
    assert len(await said(counter.place, Adjudicated)) > 8
    assert await differences(counter.place) == []


async def test_people_who_agreed_before_a_fact_came_late_look_again_at_what_it_makes_of_the_claim(
    counter: Counter,
) -> None:
    await counter.submit(claim("C1", line(6_000_000)))
    await counter.place.hear(POOR)
    await settle(counter)
    first, second = await said(counter.place, Adjudicated)
    assert (first.outcome, second.outcome, second.findings[0]) == ("pended", "pended", "REVIEW_VOID")
    assert second.amounts.fund > first.amounts.fund
    await settle(counter)
    *_, last = await said(counter.place, Adjudicated)
    assert (last.outcome, last.amounts) == ("approved", second.amounts)
    assert await differences(counter.place) == []


async def test_an_approval_that_changes_what_another_claim_comes_to_sends_that_one_before_people_again(
    counter: Counter,
) -> None:
    await counter.submit(*[stay(n, lines=(line(6_000_000),)) for n in (1, 2)])
    for _ in range(3):
        await settle(counter)
    decided = [(d.claim, d.outcome, d.findings[:1]) for d in await said(counter.place, Adjudicated)][2:]
    assert decided == [("S1", "approved", ()), ("S2", "pended", ("REVIEW_VOID",)), ("S2", "approved", ())]
    assert await differences(counter.place) == []
