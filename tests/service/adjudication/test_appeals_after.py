"""A clawback that was approved can be undone on appeal (追回撤销): wholly, once, and by a third person."""

import asyncio
from datetime import date
from typing import Any

import orjson
import pytest

from contracts.canonical import canonical
from contracts.claims import Adjudicated
from contracts.clawbacks import Clawback, ClawbackReversed
from services.adjudication.intake import shipped_intake
from services.adjudication.jobs import as_published
from services.adjudication.model import INTAKE, PACKS_STREAM
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import Counter, Place
from tests.service.adjudication.test_appeals import Said, said
from tests.service.adjudication.test_late_facts import ARREARS, POOR, WHOLE, settle, year
from tests.service.adjudication.test_late_facts import said as told
from tests.unit.adjudication_service.given import claim, visit

TAKEN = 100_000


@pytest.fixture
async def taken(counter: Counter) -> str:
    """The number of a clawback of 1,000 yuan that wang.wu proposed and zhao.liu approved."""
    await counter.submit(claim())
    return await take(counter, "C1", TAKEN)


async def take(counter: Counter, number: str, amount: int) -> str:
    body = {"claim": number, "amount": amount, "ground": "COMPLAINT", "reason": "重复收费"}
    clawback: str = (await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")).json()["clawback"]
    answer = await counter.post(f"/clawbacks/{clawback}/approve", None, "zhao.liu", "approver")
    assert answer.status_code == 201, answer.text
    return clawback


async def appeal(counter: Counter, number: str, actor: str = "his") -> Said:
    return await said(counter, f"{number}/appeal", actor, "provider")


async def grant(counter: Counter, number: str, actor: str = "qian.ba") -> Said:
    return await said(counter, f"{number}/appeal/grant", actor, "approver")


async def dismiss(counter: Counter, number: str, actor: str = "qian.ba", role: str = "approver") -> Said:
    return await said(counter, f"{number}/appeal/dismiss", actor, role)


async def status(counter: Counter, number: str) -> Any:
    return (await counter.get(f"/clawbacks/{number}")).json()["status"]


async def roll_to(place: Place, day: date) -> None:
    async with place.log.unit("ledger") as unit:
        await unit.open_day(day)


async def test_a_granted_appeal_gives_the_year_back_what_was_taken(counter: Counter, taken: str) -> None:
    before = await year(counter)
    assert await appeal(counter, taken) == (201, "appealed")
    assert await grant(counter, taken) == (201, "reversed")
    assert (before, await year(counter)) == ([(WHOLE - TAKEN, 352_669, 0)], [(WHOLE, 387_500, 0)])


async def test_what_is_given_back_is_what_was_taken(counter: Counter, taken: str) -> None:
    await appeal(counter, taken)
    await grant(counter, taken)
    [clawback], [back] = await told(counter.place, Clawback), await told(counter.place, ClawbackReversed)
    assert (back.clawback, back.split, back.counted, back.decision_id) == (
        taken,
        clawback.split,
        clawback.counted,
        clawback.decision_id,
    )


async def test_an_undone_clawback_is_shown_as_such_and_taken_no_more(counter: Counter, taken: str) -> None:
    await appeal(counter, taken)
    await grant(counter, taken)
    found = await counter.claim("C1")
    assert (await status(counter, taken), found["clawbacks"], found["reversals"][0]["amount"]) == (
        "reversed",
        [],
        TAKEN,
    )


async def test_while_an_appeal_is_open_the_clawback_holds(counter: Counter, taken: str) -> None:
    await appeal(counter, taken)
    assert (await status(counter, taken), (await year(counter))[0][0]) == ("appealed", WHOLE - TAKEN)


async def test_a_dismissed_appeal_leaves_the_clawback(counter: Counter, taken: str) -> None:
    await appeal(counter, taken)
    assert await dismiss(counter, taken) == (201, "approved")
    assert (await status(counter, taken), (await year(counter))[0][0]) == ("approved", WHOLE - TAKEN)


async def test_it_is_given_back_once(counter: Counter, taken: str) -> None:
    await appeal(counter, taken)
    await grant(counter, taken)
    assert await grant(counter, taken) == (409, "NOT_APPEALED")
    assert await dismiss(counter, taken) == (409, "NOT_APPEALED")
    assert await appeal(counter, taken) == (409, "ALREADY_APPEALED")


async def test_of_two_who_grant_it_at_once_one_is_first(counter: Counter, taken: str) -> None:
    await appeal(counter, taken)
    answers = await asyncio.gather(grant(counter, taken), grant(counter, taken, "wu.jiu"))
    assert (sorted(status for status, _ in answers), (await year(counter))[0][0]) == ([201, 409], WHOLE)


async def test_nothing_is_given_back_without_an_appeal(counter: Counter, taken: str) -> None:
    assert await grant(counter, taken) == (409, "NOT_APPEALED")


async def test_a_proposal_is_not_undone_but_turned_down(counter: Counter) -> None:
    await counter.submit(claim())
    body = {"claim": "C1", "amount": TAKEN, "ground": "COMPLAINT", "reason": "重复收费"}
    number = (await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")).json()["clawback"]
    await appeal(counter, number)
    assert await grant(counter, number) == (409, "NOT_APPROVED")


@pytest.mark.parametrize("actor", ["wang.wu", "zhao.liu", "his", "zhang.san"])
async def test_who_proposed_approved_appealed_or_handed_in_does_not_answer(
    counter: Counter, taken: str, actor: str
) -> None:
    await appeal(counter, taken)
    assert await grant(counter, taken, actor) == (403, "SAME_PERSON")
    assert await dismiss(counter, taken, actor) == (403, "SAME_PERSON")


@pytest.mark.parametrize("actor", ["wang.wu", "zhao.liu"])
async def test_who_proposed_or_approved_does_not_appeal(counter: Counter, taken: str, actor: str) -> None:
    assert await appeal(counter, taken, actor) == (403, "SAME_PERSON")


async def test_a_reviewer_does_not_answer_for_an_approver(counter: Counter, taken: str) -> None:
    await appeal(counter, taken)
    assert await dismiss(counter, taken, "sun.qi", "reviewer_2") == (403, "WRONG_ROLE")


async def test_an_appeal_comes_within_fifteen_working_days(counter: Counter, taken: str) -> None:
    await roll_to(counter.place, date(2017, 3, 23))
    assert await appeal(counter, taken) == (409, "LATE_APPEAL")


async def test_on_the_last_day_an_appeal_is_in_time(counter: Counter, taken: str) -> None:
    assert (await counter.get(f"/clawbacks/{taken}")).json()["appeal_until"] == "2017-03-22"
    await roll_to(counter.place, date(2017, 3, 22))
    assert await appeal(counter, taken) == (201, "appealed")


async def test_rules_published_after_the_approval_do_not_shorten_the_time_for_an_appeal(
    counter: Counter, taken: str
) -> None:
    await roll_to(counter.place, date(2017, 3, 2))
    rules = orjson.loads(shipped_intake())
    rules["appeal"]["within"] = 1
    await counter.place.say(as_published(INTAKE, canonical(rules)), stream=lambda _: PACKS_STREAM)
    await roll_to(counter.place, date(2017, 3, 22))
    assert (await counter.get(f"/clawbacks/{taken}")).json()["appeal_until"] == "2017-03-22"
    assert await appeal(counter, taken) == (201, "appealed")


async def test_an_appeal_before_and_one_after_the_approval(counter: Counter) -> None:
    await counter.submit(claim())
    body = {"claim": "C1", "amount": TAKEN, "ground": "COMPLAINT", "reason": "重复收费"}
    number = (await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")).json()["clawback"]
    await appeal(counter, number)
    await dismiss(counter, number, "sun.qi", "reviewer_2")
    await counter.post(f"/clawbacks/{number}/approve", None, "zhao.liu", "approver")
    assert await appeal(counter, number) == (201, "appealed")
    assert await grant(counter, number, "sun.qi") == (403, "SAME_PERSON")
    assert await grant(counter, number) == (201, "reversed")


async def test_of_a_withdrawn_claim_nothing_is_given_back(counter: Counter, taken: str) -> None:
    await appeal(counter, taken)
    await counter.post("/claims/C1/cancel", {"reason": "entered twice"})
    assert await grant(counter, taken) == (409, "NOT_IN_FORCE")
    assert await year(counter) == [(0, 0, 0)]


async def test_after_the_claim_was_decided_again_the_newer_clawback_is_undone(counter: Counter, taken: str) -> None:
    await appeal(counter, taken)
    await counter.place.hear(POOR)
    assert await grant(counter, taken) == (201, "reversed")
    [back] = await told(counter.place, ClawbackReversed)
    assert (back.appeal, back.clawback != taken, await year(counter)) == (taken, True, [(WHOLE, 387_500, 271_250)])


async def test_an_undone_clawback_is_not_taken_again_when_the_claim_is_decided_again(
    counter: Counter, taken: str
) -> None:
    await appeal(counter, taken)
    await grant(counter, taken)
    await counter.place.hear(POOR)
    assert await year(counter) == [(WHOLE, 387_500, 271_250)]


async def test_what_people_took_is_taken_again_when_a_claim_that_was_denied_meanwhile_is_paid(
    counter: Counter, taken: str
) -> None:
    await counter.place.hear(ARREARS)
    await settle(counter)
    assert ((await counter.claim("C1"))["status"], await year(counter)) == ("denied", [(0, 0, 0)])
    await counter.place.hear(ARREARS.model_copy(update={"status": "normal"}))
    clawback = (await counter.claim("C1"))["clawbacks"][-1]
    assert (clawback["repeats"], clawback["amount"]) == (taken, TAKEN)
    assert await year(counter) == [(WHOLE - TAKEN, 352_669, 0)]
    assert await differences(counter.place) == []


async def test_what_was_given_back_may_be_taken_back_again(counter: Counter, taken: str) -> None:
    await appeal(counter, taken)
    await grant(counter, taken)
    await take(counter, "C1", WHOLE)
    assert (await year(counter))[0][0] == 0


async def test_a_claim_decided_on_the_year_without_the_money_goes_before_people(counter: Counter) -> None:
    await counter.submit(visit("C1", 40_000))
    number = await take(counter, "C1", 10_000)
    await counter.submit(visit("C2", 40_000))
    await appeal(counter, number)
    await grant(counter, number)
    await counter.place.decide()
    last = (await told(counter.place, Adjudicated))[-1]
    assert (last.claim, last.outcome, last.findings, last.amounts.fund) == ("C2", "pended", ("LATE_FACT",), 0)


async def test_an_auditor_finds_nothing_wrong_with_an_undone_clawback(counter: Counter, taken: str) -> None:
    await appeal(counter, taken)
    await counter.place.hear(POOR)
    await grant(counter, taken)
    await counter.submit(visit("C2", 40_000))
    again = await take(counter, "C2", 10_000)
    await counter.submit(visit("C3", 40_000))
    await appeal(counter, again)
    await grant(counter, again)
    await counter.place.decide()
    await settle(counter)
    assert await differences(counter.place) == []
