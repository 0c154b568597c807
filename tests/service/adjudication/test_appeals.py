"""A proposed clawback can be objected to (追回申诉): nothing is taken back before somebody else has answered."""

from typing import Any

import pytest

from tests.service.adjudication.conftest import Counter
from tests.unit.adjudication_service.given import claim

REASON = {"reason": "两次收费为上午与下午各一次。"}
Said = tuple[int, Any]


@pytest.fixture
async def proposed(counter: Counter) -> str:
    """The number of a clawback of 125 yuan that wang.wu proposed."""
    await counter.submit(claim())
    body = {"claim": "C1", "amount": 12_500, "ground": "COMPLAINT", "reason": "重复收费"}
    number: str = (await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")).json()["clawback"]
    return number


async def said(counter: Counter, path: str, actor: str, role: str) -> Said:
    """Send an order about a clawback; give the status and the code, or what the answer says."""
    body = None if path.endswith("approve") else REASON
    answer = await counter.post(f"/clawbacks/{path}", body, actor, role)
    found = answer.json()
    return answer.status_code, found.get("code", found.get("status"))


async def appeal(counter: Counter, number: str) -> Said:
    return await said(counter, f"{number}/appeal", "his", "provider")


async def dismiss(counter: Counter, number: str, actor: str = "sun.qi") -> Said:
    return await said(counter, f"{number}/appeal/dismiss", actor, "reviewer_2")


async def approve(counter: Counter, number: str, actor: str = "zhao.liu") -> Said:
    return await said(counter, f"{number}/approve", actor, "approver")


async def test_while_an_appeal_is_open_nothing_is_taken_back(counter: Counter, proposed: str) -> None:
    assert await appeal(counter, proposed) == (201, "appealed")
    assert await approve(counter, proposed) == (409, "UNDER_APPEAL")


async def test_after_the_answer_of_another_reviewer_it_is_taken_back(counter: Counter, proposed: str) -> None:
    await appeal(counter, proposed)
    assert await dismiss(counter, proposed) == (201, "proposed")
    assert (await approve(counter, proposed))[0] == 201


async def test_an_appeal_that_is_right_has_the_proposal_rejected(counter: Counter, proposed: str) -> None:
    await appeal(counter, proposed)
    await said(counter, f"{proposed}/reject", "zhao.liu", "approver")
    found = (await counter.get(f"/clawbacks/{proposed}")).json()
    assert (found["status"], found["appeal"], (await counter.claim("C1"))["clawbacks"]) == (
        "rejected",
        REASON["reason"],
        [],
    )


async def test_who_proposed_does_not_answer_the_appeal(counter: Counter, proposed: str) -> None:
    await appeal(counter, proposed)
    assert await dismiss(counter, proposed, "wang.wu") == (403, "SAME_PERSON")


@pytest.mark.parametrize("word", ["approve", "reject"])
@pytest.mark.parametrize(
    ("actor", "code"), [("his", "SAME_PERSON"), ("sun.qi", "SAME_PERSON"), ("zhang.san", "OWN_CASE")]
)
async def test_who_appealed_answered_or_handed_in_neither_approves_nor_rejects(
    counter: Counter, proposed: str, word: str, actor: str, code: str
) -> None:
    await appeal(counter, proposed)
    await dismiss(counter, proposed)
    assert await said(counter, f"{proposed}/{word}", actor, "approver") == (403, code)


async def test_who_appealed_does_not_grant_the_appeal(counter: Counter, proposed: str) -> None:
    await appeal(counter, proposed)
    assert await said(counter, f"{proposed}/reject", "his", "approver") == (403, "SAME_PERSON")


async def test_there_is_one_appeal_before_the_decision(counter: Counter, proposed: str) -> None:
    await appeal(counter, proposed)
    assert await appeal(counter, proposed) == (409, "ALREADY_APPEALED")
    await dismiss(counter, proposed)
    assert await dismiss(counter, proposed) == (409, "NOT_APPEALED")


async def test_a_clawback_that_was_turned_down_is_not_appealed(counter: Counter, proposed: str) -> None:
    await said(counter, f"{proposed}/reject", "zhao.liu", "approver")
    assert await appeal(counter, proposed) == (409, "ALREADY_DECIDED")


async def test_a_clawback_that_nobody_proposed_is_not_found(counter: Counter) -> None:
    assert (await counter.get("/clawbacks/K404")).status_code == 404
    assert await appeal(counter, "K404") == (404, "UNKNOWN_CLAWBACK")
