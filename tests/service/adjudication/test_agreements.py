"""An agreement is changed for the past by two people (定点协议追溯变更); for today or later by one."""

from datetime import date
from typing import Any

import asyncpg
import pytest

from contracts.agreements import AgreementProposed
from contracts.claims import ProviderChanged
from contracts.reconsideration import ReconsiderationOrdered
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.given import form_of
from tests.service.adjudication.test_changed_for_the_past import funds, look_again, since
from tests.service.adjudication.test_late_facts import WHOLE, said
from tests.unit.adjudication_service.given import claim

PAST = since(date(2017, 2, 28), agreement="suspended")
TODAY = since(date(2017, 3, 1), agreement="suspended")


async def propose(counter: Counter, change: ProviderChanged = PAST, actor: str = "li.si") -> dict[str, Any]:
    answer = await counter.post("/providers", form_of(change), actor)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def decide(
    counter: Counter, number: str | None, word: str = "approve", actor: str = "zhao.liu", role: str = "approver"
) -> tuple[int, str]:
    """Answer a proposal; give the status and the code, or how it stands."""
    body = {"reason": "no document"} if word == "reject" else None
    answer = await counter.post(f"/providers/changes/{number}/{word}", body, actor, role)
    await look_again(counter)
    return answer.status_code, answer.json().get("code", answer.json().get("status"))


async def shown(counter: Counter, number: str | None) -> dict[str, Any]:
    """How a proposal is listed."""
    changes = (await counter.get("/providers/changes")).json()["changes"]
    return next(change for change in changes if change["proposal"] == number)


async def agreement(counter: Counter) -> list[tuple[str, str]]:
    listed = (await counter.get("/providers")).json()["providers"]
    return [(row["since"], row["agreement"]) for row in listed if row["provider"] == PAST.provider]


@pytest.mark.parametrize("day", [date(2017, 3, 1), date(2017, 4, 1)], ids=["today", "later"])
async def test_a_change_for_today_or_later_is_one_clerks(counter: Counter, day: date) -> None:
    found = await propose(counter, since(day, agreement="suspended"))
    assert (found["status"], found["proposal"]) == ("changed", None)
    assert (day.isoformat(), "suspended") in await agreement(counter)


async def test_a_change_for_yesterday_changes_nothing_by_itself(counter: Counter) -> None:
    await counter.submit(claim())
    found = await propose(counter, since(date(2017, 2, 1), agreement="suspended"))
    await look_again(counter)
    assert (found["status"], await agreement(counter)) == ("proposed", [("2010-01-01", "active")])
    assert (await funds(counter), await said(counter.place, ReconsiderationOrdered)) == (
        [("C1", "approved", WHOLE)],
        [],
    )


async def test_once_another_person_agrees_claims_are_looked_at_again(counter: Counter) -> None:
    await counter.submit(claim())
    number = (await propose(counter, since(date(2017, 2, 1), agreement="suspended")))["proposal"]
    assert await decide(counter, number) == (201, "changed")
    assert ("2017-02-01", "suspended") in await agreement(counter)
    assert [outcome for _, outcome, _ in await funds(counter)] == ["approved", "pended"]


async def test_nobody_agrees_to_what_he_proposed_himself(counter: Counter) -> None:
    number = (await propose(counter, actor="zhao.liu"))["proposal"]
    assert [await decide(counter, number), await decide(counter, number, "reject")] == [(403, "SAME_PERSON")] * 2
    assert (await shown(counter, number))["status"] == "proposed"


@pytest.mark.parametrize("role", ["clerk", "operator", "reviewer_1"])
async def test_agreeing_is_an_approvers(counter: Counter, role: str) -> None:
    number = (await propose(counter))["proposal"]
    assert await decide(counter, number, role=role) == (403, "WRONG_ROLE")


@pytest.mark.parametrize("newer", [TODAY, since(date(2018, 1, 1))], ids=["today", "next year"])
async def test_what_was_proposed_before_another_change_is_void(counter: Counter, newer: ProviderChanged) -> None:
    number = (await propose(counter))["proposal"]
    await propose(counter, newer)
    before = await agreement(counter)
    assert (await decide(counter, number), await agreement(counter)) == ((409, "AGREEMENT_CHANGED"), before)
    assert (await shown(counter, number))["status"] == "void"


async def test_of_two_proposals_for_one_provider_one_takes_effect(counter: Counter) -> None:
    first, second = (await propose(counter))["proposal"], (await propose(counter))["proposal"]
    assert [await decide(counter, first), await decide(counter, second)] == [
        (201, "changed"),
        (409, "AGREEMENT_CHANGED"),
    ]


async def test_a_proposal_is_decided_once(counter: Counter) -> None:
    number = (await propose(counter))["proposal"]
    said_so = [await decide(counter, number), await decide(counter, number), await decide(counter, number, "reject")]
    assert said_so == [(201, "changed"), (409, "ALREADY_DECIDED"), (409, "ALREADY_DECIDED")]
    found = await shown(counter, number)
    assert (found["status"], found["proposed_by"], found["decided_by"]) == ("approved", "li.si", "zhao.liu")


async def test_what_is_turned_down_stays_as_it_was(counter: Counter) -> None:
    number = (await propose(counter))["proposal"]
    before = await agreement(counter)
    assert (await decide(counter, number, "reject"), await agreement(counter)) == ((201, "rejected"), before)
    assert (await shown(counter, number))["reason"] == "no document"
    assert await decide(counter, number) == (409, "ALREADY_DECIDED")


async def test_a_proposal_that_nobody_made_is_unknown(counter: Counter) -> None:
    assert await decide(counter, "A404") == (404, "UNKNOWN_PROPOSAL")


async def test_a_clerk_cannot_name_a_proposal_of_his_own_making(counter: Counter) -> None:
    answer = await counter.post("/providers", form_of(TODAY) | {"proposal": "A1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "UNKNOWN_FIELD")


async def test_the_database_takes_no_word_of_the_one_who_proposed(counter: Counter) -> None:
    number = (await propose(counter))["proposal"]
    change = PAST.model_copy(update={"proposal": number})
    with pytest.raises(asyncpg.CheckViolationError):
        await counter.place.say(change, stream=lambda _: PAST.provider, actor="li.si")


async def test_an_auditor_finds_nothing_wrong_with_two_people(counter: Counter) -> None:
    await decide(counter, (await propose(counter))["proposal"])
    await propose(counter, TODAY)
    await decide(counter, (await propose(counter))["proposal"], "reject")
    assert await differences(counter.place) == []


async def test_an_auditor_finds_a_change_for_the_past_that_one_person_made(counter: Counter) -> None:
    await counter.place.say(PAST, stream=lambda _: PAST.provider)
    [found] = await differences(counter.place)
    assert "an agreement changed for the past was proposed before" in found


@pytest.mark.parametrize("changes", [{"level": "level_1"}, {"since": date(2017, 1, 2)}], ids=str)
async def test_an_auditor_finds_a_change_that_is_not_as_proposed(counter: Counter, changes: dict[str, Any]) -> None:
    number = (await propose(counter))["proposal"]
    body = PAST.model_copy(update={"proposal": number, **changes})
    await counter.place.say(body, stream=lambda _: PAST.provider, actor="zhao.liu")
    [found] = await differences(counter.place)
    assert f"{next(iter(changes))} as proposed" in found


async def test_an_auditor_finds_a_proposal_that_was_void(counter: Counter) -> None:
    number = (await propose(counter))["proposal"]
    await propose(counter, TODAY)
    body = PAST.model_copy(update={"proposal": number})
    await counter.place.say(body, stream=lambda _: PAST.provider, actor="zhao.liu")
    [found] = await differences(counter.place)
    assert "the change that was seen is the last one" in found


async def test_a_proposal_names_the_change_that_was_seen(counter: Counter) -> None:
    await propose(counter)
    [first] = await counter.place.fetch(
        "select id from log.event where kind = 'ProviderChanged' and stream = $1", PAST.provider
    )
    seen = [body for body in await said(counter.place, AgreementProposed) if body.provider == PAST.provider][-1]
    assert seen.change_id == first[0]
