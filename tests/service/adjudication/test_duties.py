"""Nobody has two parts in one case (不相容岗位分离): refused at the counter and by the database, found by an audit."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from contracts.appeals import AppealDismissed
from contracts.claims import ReviewDecided
from contracts.clawbacks import Clawback, ClawbackRejected
from contracts.envelope import Body
from services.adjudication.decide.clawback import clawback_of, left_after, reversal_of, spread
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.test_findings import REASON, Said, approve_in_review, propose, raised, take, word
from tests.service.adjudication.test_late_facts import said
from tests.unit.adjudication_service.given import BOOK, PERSON, claim, line

HELD = claim("C1", line(4_000_000, item="XA01"), line(2_000_000, "C", item="XA02"))
"""So much that four people let it pass: li.si, wang.wu, zhao.liu and sun.qi; a third of its drugs are off the list."""

FREE = "zhou.jiu"
"""Somebody who has had no part in anything."""


@pytest.fixture
async def held(counter: Counter) -> Counter:
    """The counter, after C1 has gone through its chain."""
    await counter.submit(HELD)
    await approve_in_review(counter)
    return counter


async def proposed(counter: Counter, **because: str) -> str:
    """Let somebody free propose to take a yuan back of C1; give the number."""
    body = {"claim": "C1", "amount": 100, "reason": "重复收费", **(because or {"ground": "COMPLAINT"})}
    answer = await counter.post("/clawbacks", body, "wu.jiu", "reviewer_1")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["clawback"])


async def decide(counter: Counter, number: str, verb: str, actor: str) -> Said:
    return await word(counter, f"/clawbacks/{number}/{verb}", None if verb == "approve" else REASON, actor, "approver")


@pytest.mark.parametrize("actor", ["li.si", "wang.wu", "zhao.liu", "sun.qi"])
@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_who_reviewed_a_claim_does_not_decide_on_a_clawback_of_it(held: Counter, verb: str, actor: str) -> None:
    number = await proposed(held)
    assert await decide(held, number, verb, actor) == (403, "SAME_PERSON")
    assert (await decide(held, number, verb, FREE))[0] == 201
    assert await differences(held.place) == []


@pytest.mark.parametrize("verb", ["grant", "dismiss"])
async def test_who_reviewed_a_claim_does_not_answer_the_appeal_either(held: Counter, verb: str) -> None:
    number = await proposed(held)
    await decide(held, number, "approve", FREE)
    await word(held, f"/clawbacks/{number}/appeal", REASON, "his", "provider")
    assert await decide(held, number, f"appeal/{verb}", "sun.qi") == (403, "SAME_PERSON")
    assert (await decide(held, number, f"appeal/{verb}", "qian.ba"))[0] == 201
    assert await differences(held.place) == []


@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_who_looked_into_a_finding_does_not_decide_on_its_clawback(held: Counter, verb: str) -> None:
    finding = await raised(held, "OFF_LIST_DRUG_SHARE")
    await take(held, finding, "qian.ba")
    number = await proposed(held, finding=finding)
    assert await decide(held, number, verb, "qian.ba") == (403, "SAME_PERSON")


@pytest.mark.parametrize("actor", ["zhang.san", PERSON])
async def test_nobody_proposes_to_take_back_from_a_claim_of_their_own(counter: Counter, actor: str) -> None:
    await counter.submit(claim())
    body = {"claim": "C1", "amount": 1, "ground": "SELF_REPORTED", "reason": "enough"}
    assert await word(counter, "/clawbacks", body, actor, "reviewer_1") == (403, "OWN_CASE")


async def test_a_finding_about_a_provider_does_not_lead_to_a_claim_in_which_its_taker_had_a_part(held: Counter) -> None:
    finding = await raised(held, "OFF_LIST_DRUG_SHARE")
    assert await take(held, finding, "li.si") == (201, "in_review")
    assert await propose(held, finding=finding) == (409, "TAKER_HAD_PART")
    assert (await propose(held, ground="ON_SITE"))[0] == 201


async def test_the_database_refuses_two_stages_of_one_person(counter: Counter) -> None:
    await counter.submit(HELD)
    for stage, actor, refused in (("initial", "li.si", False), ("second", "li.si", True), ("second", PERSON, True)):
        await attempt(counter, reviewed(await bound(counter), stage), actor, refused=refused)


@pytest.mark.parametrize(
    ("actor", "refused"), [("wu.jiu", True), ("sun.qi", True), ("zhang.san", True), (PERSON, True), (FREE, False)]
)
@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_the_database_refuses_who_had_a_part_in_a_clawback(
    held: Counter, verb: str, actor: str, *, refused: bool
) -> None:
    number = await proposed(held)
    body = await taken(held, number) if verb == "approve" else rejected(number)
    await attempt(held, body, actor, refused=refused)


@pytest.mark.parametrize(
    ("actor", "refused"), [("wu.jiu", True), ("sun.qi", True), (FREE, True), ("his", True), ("qian.ba", False)]
)
async def test_the_database_refuses_who_had_a_part_in_what_is_undone(
    held: Counter, actor: str, *, refused: bool
) -> None:
    number = await proposed(held)
    await decide(held, number, "approve", FREE)
    await word(held, f"/clawbacks/{number}/appeal", REASON, "his", "provider")
    [clawback] = await said(held.place, Clawback)
    await attempt(held, reversal_of(clawback, "right"), actor, refused=refused)


async def test_the_database_refuses_an_appeal_answered_by_who_made_it(held: Counter) -> None:
    number = await proposed(held)
    await word(held, f"/clawbacks/{number}/appeal", REASON, "his", "provider")
    answer = AppealDismissed(clawback=number, claim="C1", book=BOOK, reason="no")
    await attempt(held, answer, "his", refused=True)


async def attempt(counter: Counter, body: Body, actor: str, person: str = "", *, refused: bool) -> None:
    """Write an event past the API, as somebody whose token names an insured person."""
    if not refused:
        await write(counter, body, actor, person)
        return
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=r"refused|had no part|dismissed_by_another"):
        await write(counter, body, actor, person)


async def write(counter: Counter, body: Body, actor: str, person: str) -> None:
    async with counter.place.log.unit(actor) as unit:
        await unit.conn.execute("select set_config('claims.person', $1, true)", person)
        unit.append(body, stream=PERSON, cause=uuid4())


async def bound(counter: Counter) -> dict[str, Any]:
    latest = (await counter.claim("C1"))["decisions"][-1]
    return {name: latest[name] for name in ("decision_id", "decision_hash")}


def reviewed(named: dict[str, Any], stage: str, *, final: bool = False) -> ReviewDecided:
    return ReviewDecided.model_validate(
        {"claim": "C1", "book": BOOK, "stage": stage, "decision": "approve", "final": final, "reason": "", **named}
    )


async def taken(counter: Counter, number: str) -> Clawback:
    """What an approver would write."""
    decided = (await counter.place.decisions())[-1]
    key = (await bound(counter))["decision_id"]
    part = spread(left_after(decided, ()), 100)
    return clawback_of(decided, key, number, part, finding=None, ground="COMPLAINT", reason="重复收费")


def rejected(number: str) -> ClawbackRejected:
    return ClawbackRejected(clawback=number, claim="C1", book=BOOK, reason="no")


async def test_an_auditor_finds_what_one_person_let_pass_alone(counter: Counter) -> None:
    await counter.submit(HELD)
    await attempt(counter, reviewed(await bound(counter), "approval", final=True), "sun.qi", refused=False)
    await counter.place.decide()
    assert (await counter.claim("C1"))["status"] == "approved"
    [difference] = await differences(counter.place)
    assert "what bars sun.qi from approval of C1" in difference
