"""An event that cannot be taken in is set aside with its reason; its stream waits, others flow, nothing is skipped."""

from collections.abc import Sequence

import httpx

from contracts.envelope import Event
from services.chassis.unit import Unit
from tests.service.chassis.conftest import World, append, refusing, seeing, until


async def parked(world: World) -> list[dict]:
    async with world.client("adjudication", "operator") as client:
        return (await client.get("/parked")).json()["parked"]


async def post(world: World, event: dict, step: str, actor: str = "wang.wu", **body: str) -> httpx.Response:
    async with world.client("adjudication", "operator", actor=actor) as client:
        path = f"/parked/{event['source']}/{event['shard']}/{event['seq']}/{step}"
        return await client.post(path, json=body)


async def three_of_p1_parked(world: World, refused: set[str]) -> None:
    """Of ten people one is refused, who has three events: all three are parked, the nine others flow."""
    source = await world.start("enrollment")
    await world.start("adjudication", enrollment=refusing("enrollment", refused))
    await append(source.log, *(f"p{n}" for n in range(10)))
    await append(source.log, "p1", "p1")
    await world.has_seen("adjudication", 9)
    await until(lambda: count(world, 3))


async def count(world: World, expected: int) -> bool:
    return len(await parked(world)) == expected


async def test_a_refused_event_is_parked_and_its_stream_waits_while_others_flow(world: World) -> None:
    await three_of_p1_parked(world, {"p1"})

    assert [(row["stream"], row["code"]) for row in await parked(world)] == [
        ("p1", "NOT_THIS_ONE"),
        ("p1", "BEHIND"),
        ("p1", "BEHIND"),
    ]
    assert "p1" not in {row.stream for row in await world.seen("adjudication")}


async def test_a_retry_applies_the_whole_stream_in_order(world: World) -> None:
    refused = {"p1"}
    await three_of_p1_parked(world, refused)
    refused.clear()

    answer = await post(world, (await parked(world))[0], "retry")

    assert answer.json() == {"applied": 3, "code": None, "reason": None}
    seen = [row.seq for row in await world.seen("adjudication") if row.stream == "p1"]
    assert seen == sorted(seen)
    assert len(seen) == 3
    assert await parked(world) == []


async def test_a_retry_that_fails_again_says_why_and_leaves_the_stream_parked(world: World) -> None:
    await three_of_p1_parked(world, {"p1"})

    answer = await post(world, (await parked(world))[0], "retry")

    assert answer.json() == {"applied": 0, "code": "NOT_THIS_ONE", "reason": "p1 is refused"}
    assert len(await parked(world)) == 3


async def test_an_event_given_up_by_two_is_never_applied_and_the_stream_goes_on(world: World) -> None:
    refused = {"p1"}
    await three_of_p1_parked(world, refused)
    first = (await parked(world))[0]
    refused.clear()

    await post(world, first, "resolve", why="entered twice by mistake")
    answer = await post(world, first, "approve", actor="li.si")

    assert answer.json()["applied"] == 2
    assert first["seq"] not in {row.seq for row in await world.seen("adjudication") if row.stream == "p1"}


async def test_an_event_cannot_be_given_up_without_saying_why(world: World) -> None:
    await three_of_p1_parked(world, {"p1"})

    answer = await post(world, (await parked(world))[0], "resolve", why="")

    assert answer.status_code == 422


async def test_only_an_operator_may_release_what_is_parked(world: World) -> None:
    await three_of_p1_parked(world, {"p1"})
    first = (await parked(world))[0]

    async with world.client("adjudication", "auditor") as client:
        answer = await client.post(f"/parked/enrollment/{first['shard']}/{first['seq']}/retry")

    assert answer.status_code == 403


async def test_what_is_not_parked_cannot_be_released(world: World) -> None:
    await world.start("adjudication", enrollment=seeing("enrollment"))

    answer = await post(world, {"source": "enrollment", "shard": 3, "seq": 1}, "retry")

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_PARKED")


async def test_later_events_of_a_released_stream_flow_again(world: World) -> None:
    refused = {"p1"}
    source = await world.start("enrollment")
    await world.start("adjudication", enrollment=refusing("enrollment", refused))
    await append(source.log, "p1")
    await until(lambda: count(world, 1))
    refused.clear()
    await post(world, (await parked(world))[0], "retry")

    await append(source.log, "p1")

    await world.has_seen("adjudication", 2)


async def test_a_programming_fault_parks_the_one_event_too(world: World) -> None:
    async def handler(unit: Unit, events: Sequence[Event]) -> None:
        for event in events:
            if event.stream == "p1":
                {}["no such key"]
        await seeing("enrollment")(unit, events)

    source = await world.start("enrollment")
    await world.start("adjudication", enrollment=handler)

    await append(source.log, *(f"p{n}" for n in range(10)))

    await world.has_seen("adjudication", 9)
    await until(lambda: count(world, 1))
    assert (await parked(world))[0]["code"] == "FAULT"


async def test_the_feed_says_how_much_is_parked_so_that_the_gate_can_ask(world: World) -> None:
    await three_of_p1_parked(world, {"p1"})

    async with world.client("adjudication", "service") as client:
        heads = (await client.get("/log/heads")).json()

    assert heads["parked"] == 3
