"""A token that gives its holder's own number keeps them out of their own case, at the counter and in the database."""

from typing import Any

import pytest

from contracts.clawbacks import Clawback
from contracts.envelope import Body
from services.adjudication.decide.clawback import reversal_of
from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.test_duties import (
    FREE,
    HELD,
    attempt,
    bound,
    decide,
    proposed,
    rejected,
    reviewed,
    taken,
)
from tests.service.adjudication.test_findings import REASON, approve_in_review, raised, word
from tests.service.adjudication.test_late_facts import said
from tests.service.adjudication.test_sampling import draw
from tests.service.adjudication.test_supervision import CHARGED_TWICE
from tests.unit.adjudication_service.given import PERSON


@pytest.fixture
async def held(counter: Counter) -> Counter:
    """The counter, after C1 has gone through its chain."""
    await counter.submit(HELD)
    await approve_in_review(counter)
    return counter


OTHER = "34070600000002"
"""Somebody else's number as an insured person."""


async def his_own(counter: Counter, path: str, body: Any, role: str, person: str | None = PERSON) -> str | None:
    """Send an order as somebody free whose token names an insured person; give the code of the refusal, if any."""
    answer = await counter.http.post(path, json=body, headers=counter.who("feng.shi", role, person=person))
    code: str | None = answer.json().get("code")
    assert (answer.status_code == 403) == (code == "OWN_CASE"), answer.text
    return code


@pytest.mark.parametrize("stage", ["initial", "sample"])
@pytest.mark.parametrize(("person", "code"), [(PERSON, "OWN_CASE"), (OTHER, None), (None, None)])
async def test_whose_token_names_the_person_does_not_review_the_claim(
    counter: Counter, stage: str, person: str | None, code: str | None
) -> None:
    if stage == "sample":
        [row] = await draw(counter)
    else:
        await counter.submit(HELD)
        [row] = (await counter.get("/reviews")).json()["reviews"]
    named = {name: row[name] for name in ("decision_id", "decision_hash")}
    order = {"stage": stage, "decision": "approve", "reason": "looked at", **named}
    assert await his_own(counter, f"/reviews/{row['claim']}", order, "reviewer_1", person) == code


@pytest.mark.parametrize(("person", "code"), [(PERSON, "OWN_CASE"), (OTHER, None)])
async def test_whose_token_names_the_person_proposes_no_clawback(held: Counter, person: str, code: str | None) -> None:
    body = {"claim": "C1", "amount": 1, "ground": "SELF_REPORTED", "reason": "enough"}
    assert await his_own(held, "/clawbacks", body, "reviewer_1", person) == code


@pytest.mark.parametrize("verb", ["approve", "reject"])
@pytest.mark.parametrize(("person", "code"), [(PERSON, "OWN_CASE"), (OTHER, None)])
async def test_whose_token_names_the_person_does_not_decide_on_a_clawback(
    held: Counter, verb: str, person: str, code: str | None
) -> None:
    number = await proposed(held)
    body = None if verb == "approve" else REASON
    assert await his_own(held, f"/clawbacks/{number}/{verb}", body, "approver", person) == code


@pytest.mark.parametrize("verb", ["grant", "dismiss"])
@pytest.mark.parametrize(("person", "code"), [(PERSON, "OWN_CASE"), (OTHER, None)])
async def test_whose_token_names_the_person_does_not_answer_an_appeal(
    held: Counter, verb: str, person: str, code: str | None
) -> None:
    number = await proposed(held)
    await decide(held, number, "approve", FREE)
    await word(held, f"/clawbacks/{number}/appeal", REASON, "his", "provider")
    assert await his_own(held, f"/clawbacks/{number}/appeal/{verb}", REASON, "approver", person) == code


@pytest.mark.parametrize(("person", "code"), [(PERSON, "OWN_CASE"), (OTHER, None)])
async def test_whose_token_names_the_person_neither_takes_nor_closes_a_finding(
    counter: Counter, person: str, code: str | None
) -> None:
    await counter.submit(CHARGED_TWICE)
    path = f"/supervision/findings/{await raised(counter)}"
    assert await his_own(counter, f"{path}/take", None, "reviewer_1", person) == code
    await word(counter, f"{path}/take", None, "wang.wu", "reviewer_1")
    if code is not None:
        assert await his_own(counter, f"{path}/close", REASON, "approver", person) == code


async def test_a_number_of_a_token_stands_in_no_event(held: Counter) -> None:
    number = await proposed(held)
    assert await his_own(held, f"/clawbacks/{number}/reject", REASON, "approver", OTHER) is None
    found = await held.place.fetch("select count(*) from log.event where body like '%' || $1 || '%'", OTHER)
    assert found == [(0,)]


@pytest.mark.parametrize("verb", ["review", "approve", "reject", "grant"])
@pytest.mark.parametrize(("person", "refused"), [(PERSON, True), (OTHER, False)])
async def test_the_database_refuses_whose_token_names_the_person(
    counter: Counter, verb: str, person: str, *, refused: bool
) -> None:
    await counter.submit(HELD)
    if verb == "review":
        body: Body = reviewed(await bound(counter), "initial")
    else:
        await approve_in_review(counter)
        number = await proposed(counter)
        body = rejected(number) if verb == "reject" else await taken(counter, number)
    if verb == "grant":
        await decide(counter, number, "approve", FREE)
        await word(counter, f"/clawbacks/{number}/appeal", REASON, "his", "provider")
        [clawback] = await said(counter.place, Clawback)
        body = reversal_of(clawback, "right")
    await attempt(counter, body, "feng.shi", person, refused=refused)
