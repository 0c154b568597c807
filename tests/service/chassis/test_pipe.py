"""What stands in one service's log is taken in by another: once, in order, complete."""

from tests.service.chassis.conftest import World, append, seeing, until, whole


async def test_what_one_service_logs_another_takes_in(world: World) -> None:
    source = await world.start("enrollment")
    await world.start("adjudication", enrollment=seeing("enrollment"))

    await append(source.log, *(f"p{n}" for n in range(100)))

    async def all_seen() -> bool:
        return len(await world.seen("adjudication")) == 100

    await until(all_seen)
    expected = {("enrollment", event.shard, event.seq) for event in await whole(source.log)}
    assert set(await world.seen("adjudication")) == expected
