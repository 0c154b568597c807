"""An agreement or a rule pack that is changed for the past has what was decided looked at again (再核定)."""

from datetime import date
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from contracts.claims import Adjudicated, PackPublished, ProviderChanged
from contracts.reconsideration import ReconsiderationStepped
from services.adjudication import jobs, reconsidering
from services.adjudication.decide.pack import Pack, build_pack
from services.adjudication.model import PACKS_STREAM
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.given import enter
from tests.service.adjudication.test_late_facts import WHOLE, said, settle
from tests.unit.adjudication_service.given import LEVEL_2, LEVEL_3, PACK, claim, enrolled, line


def since(day: date, **changes: Any) -> ProviderChanged:
    return LEVEL_2.model_copy(update={"since": day, **changes})


async def change(counter: Counter, body: ProviderChanged) -> None:
    """Enter an agreement, have it approved where it is for the past, and look at all that it concerns."""
    await enter(counter, body)
    await look_again(counter)


async def look_again(counter: Counter) -> None:
    await counter.place.decide()
    await reconsidering.go_on(counter.place.log, counter.place.library)
    await counter.place.decide()


async def orders(counter: Counter) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await counter.get("/reconsiderations")).json()["reconsiderations"]
    return found


async def funds(counter: Counter) -> list[tuple[str, str, int]]:
    return [(d.claim, d.outcome, d.amounts.fund) for d in await said(counter.place, Adjudicated)]


async def test_a_level_that_was_wrong_pays_the_difference_at_once(counter: Counter) -> None:
    await counter.submit(claim(provider=LEVEL_3.provider, referral=True))
    before = (await funds(counter))[0][2]
    await change(counter, LEVEL_3.model_copy(update={"level": "level_2"}))
    again = (await funds(counter))[1]
    assert (again[1], again[2] > before) == ("approved", True)


async def test_a_level_that_pays_less_goes_before_people(counter: Counter) -> None:
    await counter.submit(claim())
    await change(counter, since(date(2017, 1, 1), level="level_3"))
    found = await counter.claim("C1")
    assert ((await funds(counter))[1][1], found["status"], found["amounts"]["fund"]) == ("pended", "approved", WHOLE)


async def test_an_agreement_suspended_for_the_past_denies_once_people_agree(counter: Counter) -> None:
    await counter.submit(claim())
    await change(counter, since(date(2017, 2, 1), agreement="suspended"))
    await settle(counter)
    found = await counter.claim("C1")
    assert (found["status"], found["decisions"][-1]["reason"]) == ("denied", "PROVIDER_SUSPENDED")


async def test_a_provider_entered_late_has_its_claims_paid(counter: Counter) -> None:
    await counter.submit(claim(provider="H34070600009"))
    await change(counter, since(date(2017, 1, 1), provider="H34070600009"))
    assert [outcome for _, outcome, _ in await funds(counter)] == ["denied", "approved"]


async def test_care_before_the_change_stays_as_it_was(counter: Counter) -> None:
    await counter.submit(claim())
    await change(counter, since(date(2017, 3, 2), level="level_3"))
    assert (await funds(counter), await orders(counter)) == ([("C1", "approved", WHOLE)], [])


async def test_a_change_for_a_day_to_come_orders_nothing(counter: Counter) -> None:
    later = {"admitted": date(2017, 3, 20), "discharged": date(2017, 3, 27), "on": date(2017, 3, 27)}
    await counter.submit(claim(**later))
    await change(counter, since(date(2017, 3, 15), level="level_3"))
    assert await orders(counter) == []


async def test_the_order_says_how_far_it_has_come(counter: Counter) -> None:
    await counter.submit(claim())
    await change(counter, since(date(2017, 1, 1), level="level_3"))
    [order] = await orders(counter)
    assert {name: order[name] for name in ("because", "provider", "status", "persons", "decided")} == {
        "because": "agreement",
        "provider": LEVEL_2.provider,
        "status": "done",
        "persons": 1,
        "decided": 1,
    }


async def test_many_persons_are_looked_at_in_steps(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconsidering, "PERSONS", 2)
    persons = [f"3407060000001{n}" for n in range(5)]
    await counter.place.hear(*[enrolled(person) for person in persons])
    await counter.submit(*[claim(f"C{n}", person=person) for n, person in enumerate(persons)])
    await change(counter, since(date(2017, 1, 1), level="level_3"))
    steps = [(step.persons, step.decided, step.done) for step in await said(counter.place, ReconsiderationStepped)]
    assert steps == [(2, 2, False), (2, 2, False), (1, 1, True)]


async def test_a_claim_that_waits_for_people_is_left_to_them(counter: Counter) -> None:
    await counter.submit(claim("C1", line(6_000_000)))
    await change(counter, since(date(2017, 1, 1), level="level_3"))
    [step] = await said(counter.place, ReconsiderationStepped)
    assert (step.persons, step.decided, step.done) == (1, 0, True)


def corrected(value: int = 90_000) -> Pack:
    """The resident pack with another deductible in houses of level 2, from its beginning."""
    document = orjson.loads(PACK.content)
    document["parameters"]["deductible.level_2"]["values"][0]["value"] = value
    return build_pack(document)


async def publish(counter: Counter, pack: Pack) -> None:
    body = PackPublished(pack=pack.name, pack_id=pack.id, content=pack.content.decode())
    await counter.place.say(body, stream=lambda _: PACKS_STREAM, actor="adjudication")
    await look_again(counter)


async def approve(counter: Counter, number: str, *roles: str) -> int:
    answer = await counter.post(f"/reconsiderations/{number}/approve", None, "zhao.liu", *(roles or ("approver",)))
    await look_again(counter)
    return answer.status_code


async def test_a_corrected_pack_decides_nothing_again_before_an_approver_agrees(counter: Counter) -> None:
    await counter.submit(claim())
    await publish(counter, corrected(40_000))
    [order] = await orders(counter)
    assert (order["because"], order["book"], order["since"], order["status"]) == (
        "pack",
        "340706-390",
        "2017-01-01",
        "proposed",
    )
    assert len(await funds(counter)) == 1


async def test_once_approved_a_corrected_pack_pays_the_difference(counter: Counter) -> None:
    await counter.submit(claim())
    await publish(counter, corrected(40_000))
    [order] = await orders(counter)
    assert await approve(counter, order["reconsideration"]) == 201
    assert await funds(counter) == [("C1", "approved", WHOLE), ("C1", "approved", WHOLE + 7_500)]


async def test_an_order_is_approved_once_and_by_an_approver(counter: Counter) -> None:
    await counter.submit(claim())
    await publish(counter, corrected())
    [order] = await orders(counter)
    number = order["reconsideration"]
    said_so = [
        await approve(counter, number, "operator"),
        await approve(counter, number),
        await approve(counter, number),
    ]
    assert (said_so, await approve(counter, "N404")) == ([403, 201, 409], 404)


async def test_what_an_approver_turns_down_stays_as_it_was(counter: Counter) -> None:
    await counter.submit(claim())
    await publish(counter, corrected())
    [order] = await orders(counter)
    path = f"/reconsiderations/{order['reconsideration']}/reject"
    answer = await counter.post(path, {"reason": "for new claims only"}, "zhao.liu", "approver")
    await look_again(counter)
    [after] = await orders(counter)
    assert (answer.status_code, after["status"], len(await funds(counter))) == (201, "rejected", 1)
    assert await approve(counter, order["reconsideration"]) == 409


async def test_a_pack_with_other_words_and_the_same_figures_orders_nothing(counter: Counter) -> None:
    await counter.submit(claim())
    document = orjson.loads(PACK.content)
    document["title"] = "another title"
    await publish(counter, build_pack(document))
    assert await orders(counter) == []


async def test_an_auditor_finds_nothing_wrong_with_claims_looked_at_again(counter: Counter) -> None:
    large = {"admitted": date(2017, 5, 1), "discharged": date(2017, 5, 9), "on": date(2017, 5, 9)}
    await counter.submit(claim("C1"), claim("C2", line(3_000_000), **large))
    await change(counter, since(date(2017, 1, 1), level="level_3"))
    await settle(counter)
    await publish(counter, corrected(40_000))
    [_, order] = sorted(await orders(counter), key=lambda one: one["because"])
    await approve(counter, order["reconsideration"])
    await change(counter, since(date(2017, 1, 1)))
    assert len(await funds(counter)) > 4
    assert await differences(counter.place) == []


async def test_a_release_that_ships_an_earlier_version_is_warned_that_another_is_in_force(counter: Counter) -> None:
    newer = corrected()
    await publish(counter, newer)
    with capture_logs() as told:
        await jobs.publish(counter.place.log)
    [warning] = told
    assert (warning["event"], warning["shipped"], warning["in_force"]) == ("older_rules_shipped", PACK.id, newer.id)
