"""A source whose history contradicts what was taken in is not believed any more, and everybody is told."""

from services.chassis.service import Runtime
from tests.service.chassis.conftest import World, append, seeing, until


async def alarm(runtime: Runtime) -> bool:
    return "enrollment" in runtime.progress.forks


async def replace_the_source(world: World, *people: str) -> None:
    """Let a service take in three events, then give its source another history."""
    async with await world.service("enrollment") as source:
        await append(source.log, "p1", "p1", "p1")
        async with await world.service("adjudication", enrollment=seeing("enrollment")):
            await world.has_seen("adjudication", 3)
    del world.databases["enrollment"]
    source = await world.start("enrollment")
    await append(source.log, *people)


async def test_a_source_that_lost_events_raises_the_alarm_and_is_not_followed(world: World) -> None:
    await replace_the_source(world, "p1")

    runtime = await world.start("adjudication", enrollment=seeing("enrollment"))

    await until(lambda: alarm(runtime))
    assert len(await world.seen("adjudication")) == 3


async def test_a_source_that_went_another_way_raises_the_alarm_and_is_not_followed(world: World) -> None:
    await replace_the_source(world, "p1", "p1", "p1")

    runtime = await world.start("adjudication", enrollment=seeing("enrollment"))

    await until(lambda: alarm(runtime))
    assert len(await world.seen("adjudication")) == 3


async def test_a_service_with_a_forked_source_is_not_ready_and_says_so(world: World) -> None:
    await replace_the_source(world, "p1", "p1", "p1", "p1")
    runtime = await world.start("adjudication", enrollment=seeing("enrollment"))
    await until(lambda: alarm(runtime))

    async with world.client("adjudication", "auditor") as client:
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert any("enrollment has forked" in reason for reason in answer.json()["reasons"])
