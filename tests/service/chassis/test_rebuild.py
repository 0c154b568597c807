"""重建: the tables are folds of the logs: emptied and folded again they are the same, to the byte."""

import pytest

from services.chassis.chain import ForkError
from services.chassis.rebuild import Rebuilt, rebuild
from services.chassis.upstream import Upstream
from tests.service.chassis.conftest import World, append, as_owner, refusing, seeing, until

PEOPLE = tuple(f"p{n}" for n in range(60))


async def rebuilt(world: World) -> Rebuilt:
    upstream = Upstream(
        "enrollment",
        f"http://127.0.0.1:{world.port('enrollment')}",
        (await world.settings("adjudication")).service_token_file,
    )
    code = world.code("adjudication", enrollment=seeing("enrollment"))
    try:
        return await rebuild(code, world.databases["adjudication"].migration_url, {"enrollment": upstream})
    finally:
        await upstream.close()


async def test_a_rebuilt_table_holds_what_it_held(world: World) -> None:
    source = await world.start("enrollment")
    await world.start("adjudication", enrollment=seeing("enrollment"))
    await append(source.log, *PEOPLE)
    await world.has_seen("adjudication", len(PEOPLE))
    before = sorted(await world.seen("adjudication"))

    result = await rebuilt(world)

    assert sorted(await world.seen("adjudication")) == before
    assert result.events == len(PEOPLE)


async def test_a_table_that_was_changed_by_hand_is_found_out_and_put_right(world: World) -> None:
    source = await world.start("enrollment")
    await world.start("adjudication", enrollment=seeing("enrollment"))
    await append(source.log, *PEOPLE)
    await world.has_seen("adjudication", len(PEOPLE))
    await rebuilt(world)
    await as_owner(world.databases["adjudication"], "delete from state.seen where stream = 'p1'")

    result = await rebuilt(world)

    assert result.before != result.after
    assert len(await world.seen("adjudication")) == len(PEOPLE)


async def test_a_rebuild_done_twice_gives_the_same_digests(world: World) -> None:
    source = await world.start("enrollment")
    await world.start("adjudication", enrollment=seeing("enrollment"))
    await append(source.log, *PEOPLE)
    await world.has_seen("adjudication", len(PEOPLE))
    await rebuilt(world)

    result = await rebuilt(world)

    assert result.before == result.after


async def test_what_is_parked_is_left_out(world: World) -> None:
    source = await world.start("enrollment")
    adjudication = await world.start("adjudication", enrollment=refusing("enrollment", {"p1"}))
    await append(source.log, "p1", "p2")
    await world.has_seen("adjudication", 1)

    async def one_parked() -> bool:
        return adjudication.progress.parked.get("enrollment") == 1

    await until(one_parked)

    await rebuilt(world)

    assert [row.stream for row in await world.seen("adjudication")] == ["p2"]


async def test_triggers_that_refuse_changes_stand_again_after_a_rebuild(world: World) -> None:
    await world.start("enrollment")
    await world.start("adjudication", enrollment=seeing("enrollment"))
    database = world.databases["adjudication"]
    await as_owner(
        database,
        "create trigger refuse before truncate on state.seen for each statement execute function log.refuse_change()",
    )
    await as_owner(database, "alter table state.seen enable always trigger refuse")

    await rebuilt(world)

    assert await as_owner(database, "select tgenabled from pg_trigger where tgname = 'refuse'") == [(b"A",)]


async def test_a_source_with_another_history_stops_the_rebuild_and_nothing_changes(world: World) -> None:
    async with await world.service("enrollment") as source:
        await world.start("adjudication", enrollment=seeing("enrollment"))
        await append(source.log, *PEOPLE)
        await world.has_seen("adjudication", len(PEOPLE))
    del world.databases["enrollment"]
    await world.start("enrollment")

    with pytest.raises(ForkError):
        await rebuilt(world)

    assert len(await world.seen("adjudication")) == len(PEOPLE)
