"""What a clawback frees under a cap goes to the claims that the cap had cut, in the order of approval (封顶线)."""

import asyncio
from datetime import date
from typing import Any

import orjson

from contracts.claims import Adjudicated, ClaimSubmitted
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.test_appeals_after import appeal, grant, take
from tests.service.adjudication.test_late_facts import said, settle, stay, year
from tests.unit.adjudication_service.given import enrolled, line, visit

LIMIT = 15_000
"""The outpatient limit of a year, fen; a visit of three times as much takes it whole."""

CAP = 16_000_000
"""The cap of the basic fund in a year, fen."""

FREED = 7_777


async def hand_in(counter: Counter, *claims: ClaimSubmitted) -> None:
    """Hand claims in, all at once."""
    answers = await asyncio.gather(*(counter.post("/claims", orjson.loads(one.canonical())) for one in claims))
    assert [answer.status_code for answer in answers] == [201] * len(claims)


async def clawed_back(counter: Counter, number: str, amount: int) -> str:
    """Let two people take back, and the service look at what they freed; give the number of the clawback."""
    clawback = await take(counter, number, amount)
    await counter.place.decide()
    return clawback


async def funds(counter: Counter) -> dict[str, int]:
    """What the fund pays now of every claim that stands approved, less what was taken back."""
    stands: dict[str, Adjudicated] = {}
    for one in await said(counter.place, Adjudicated):
        if not one.waits():
            stands[one.claim] = one
    shown = {number: await counter.claim(number) for number in stands}
    return {number: one["amounts"]["fund"] - _agreed(one["clawbacks"]) for number, one in shown.items()}


def _agreed(clawbacks: list[dict[str, Any]]) -> int:
    """Add up what people took back; what the service took is of decisions that stand no more."""
    return sum(taken["amount"] for taken in clawbacks if taken["ground"] != "SUPERSEDED")


async def is_at_rest(counter: Counter) -> bool:
    """Tell whether the service has nothing more to say, once it has read all that it said itself."""
    before = sum(head.seq for head in await counter.place.log.heads())
    for _ in range(3):
        await counter.place.decide()
    return before == sum(head.seq for head in await counter.place.log.heads())


async def test_of_two_that_race_for_one_limit_the_second_gets_what_is_taken_back_of_the_first(counter: Counter) -> None:
    await hand_in(counter, visit("C1", 3 * LIMIT), visit("C2", 3 * LIMIT))
    await counter.place.decide()
    raced = await funds(counter)
    first, second = sorted(raced, key=lambda number: -raced[number])
    assert (raced[first], raced[second]) == (LIMIT, 0)
    await clawed_back(counter, first, FREED)
    assert await funds(counter) == {first: LIMIT - FREED, second: FREED}
    assert (await year(counter))[0][0] == LIMIT
    assert await is_at_rest(counter)
    assert await differences(counter.place) == []


async def test_a_claim_that_waits_for_its_decision_meanwhile_comes_after_those_that_were_cut(counter: Counter) -> None:
    await counter.submit(visit("C1", 3 * LIMIT), visit("C2", 3 * LIMIT))
    await hand_in(counter, visit("C3", 3 * LIMIT))
    await clawed_back(counter, "C1", FREED)
    assert await funds(counter) == {"C1": LIMIT - FREED, "C2": FREED, "C3": 0}
    assert (await year(counter))[0][0] == LIMIT
    assert await differences(counter.place) == []


async def test_the_limit_is_had_once_whatever_is_decided_while_people_take_back(counter: Counter) -> None:
    await counter.submit(visit("C1", 3 * LIMIT), visit("C2", 3 * LIMIT))
    await hand_in(counter, visit("C3", 3 * LIMIT))
    await asyncio.gather(take(counter, "C1", FREED), counter.place.decide())
    await counter.place.decide()
    assert await funds(counter) == {"C1": LIMIT - FREED, "C2": FREED, "C3": 0}
    assert (await year(counter))[0][0] == LIMIT
    assert await differences(counter.place) == []


async def test_what_follows_from_a_clawback_is_said_by_the_service(counter: Counter) -> None:
    await counter.submit(visit("C1", 3 * LIMIT), visit("C2", 3 * LIMIT))
    await take(counter, "C1", FREED)
    said_by = await counter.place.fetch("select kind, actor from log.event where kind <> 'PackPublished' order by seq")
    assert said_by[-3:] == [("Clawback", "zhao.liu"), ("Adjudicated", "adjudication"), ("Clawback", "adjudication")]


async def test_it_is_decided_on_what_enrollment_has_said_by_then(counter: Counter) -> None:
    await counter.submit(visit("C1", 3 * LIMIT), visit("C2", 3 * LIMIT))
    await counter.place.hear(enrolled(ends=date(2018, 12, 31)))
    await take(counter, "C1", FREED)
    assert [(one.claim, one.seen) for one in await said(counter.place, Adjudicated)] == [
        ("C1", 1),
        ("C2", 1),
        ("C2", 2),
    ]


async def test_a_year_at_its_cap_stays_there_and_each_gets_its_share_in_the_order_of_approval(counter: Counter) -> None:
    await counter.submit(*stays())
    assert await basics(counter) == [3_512_500] * 4 + [1_950_000, 0]
    await clawed_back(counter, "S0", 2_000_001)
    assert await basics(counter) == [3_512_500] * 5 + [437_501]
    assert (await year(counter))[0][0] == CAP
    assert await is_at_rest(counter)
    assert await differences(counter.place) == []


async def test_what_a_later_claim_would_lose_waits_for_people_while_what_it_gains_does_not(counter: Counter) -> None:
    await counter.submit(*stays())
    before = await funds(counter)
    await clawed_back(counter, "S0", 100_001)
    [waiting] = (await counter.get("/reviews")).json()["reviews"]
    assert (waiting["claim"], waiting["findings"], waiting["stands"]) == ("S2", ["LATE_FACT"], before["S2"])
    assert waiting["fund"] < before["S2"]
    assert await basics(counter) == [3_512_500] * 4 + [2_050_001, 0]
    await settle(counter)
    assert await funds(counter) == before | {
        "S0": before["S0"] - 100_001,
        "S2": waiting["fund"],
        "S4": (await counter.claim("S4"))["amounts"]["fund"],
    }
    assert ((await counter.get("/reviews")).json()["reviews"], await is_at_rest(counter)) == ([], True)
    assert await differences(counter.place) == []


async def test_a_clawback_undone_later_has_what_it_had_freed_go_before_people(counter: Counter) -> None:
    await counter.submit(visit("C1", 3 * LIMIT), visit("C2", 3 * LIMIT))
    number = await clawed_back(counter, "C1", FREED)
    await appeal(counter, number)
    await grant(counter, number)
    await counter.place.decide()
    assert await funds(counter) == {"C1": LIMIT, "C2": FREED}
    await settle(counter)
    assert await funds(counter) == {"C1": LIMIT, "C2": 0}
    assert (await year(counter))[0][0] == LIMIT
    assert await differences(counter.place) == []


async def test_what_was_freed_and_paid_can_be_taken_back_in_its_turn(counter: Counter) -> None:
    await counter.submit(*[visit(f"C{n}", 3 * LIMIT) for n in (1, 2, 3)])
    await clawed_back(counter, "C1", LIMIT)
    await clawed_back(counter, "C2", FREED)
    assert await funds(counter) == {"C1": 0, "C2": LIMIT - FREED, "C3": FREED}
    assert await is_at_rest(counter)
    assert await differences(counter.place) == []


async def test_a_clawback_that_frees_nothing_makes_no_decision(counter: Counter) -> None:
    await counter.submit(visit("C1", LIMIT), visit("C2", LIMIT))
    await clawed_back(counter, "C1", 100)
    assert [one.round for one in await said(counter.place, Adjudicated)] == [1, 1]


def stays() -> list[ClaimSubmitted]:
    """Six stays of 45,000 yuan: four are paid in full, the fifth comes to the cap of the year, the sixth lies above."""
    return [stay(n, lines=(line(4_500_000),)) for n in range(6)]


async def basics(counter: Counter) -> list[int]:
    """What the basic fund pays of each stay, as it was decided last."""
    return [(await counter.claim(f"S{n}"))["amounts"]["basic"] for n in range(6)]
