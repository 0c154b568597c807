"""日终: the end of a day flows from the ledger's call through all 48 shards, and stamps what comes after anew."""

from datetime import date
from uuid import uuid4

from contracts.catalogue import parse
from contracts.days import DayEndCalled, DayEnded, Total
from contracts.envelope import SHARDS, Event, shard_of
from contracts.money import LARGEST_AMOUNT
from services.chassis.service import Runtime
from services.chassis.unit import Log
from tests.service.chassis.conftest import FIRST_DAY, World, append, contribution, seeing, until, whole

NEXT_DAY = date(2017, 3, 2)


async def four_services(world: World) -> dict[str, Runtime]:
    return {
        "ledger": await world.start("ledger"),
        "enrollment": await world.start("enrollment", ledger=seeing("ledger")),
        "adjudication": await world.start("adjudication", enrollment=seeing("enrollment")),
        "payment": await world.start("payment", adjudication=seeing("adjudication")),
    }


async def call(ledger: Runtime, day: date, following: date) -> None:
    async with ledger.log.unit("zhao.liu") as unit:
        unit.append(DayEndCalled(day=day, next=following), stream="day", cause=uuid4())


async def markers(log: Log) -> list[Event]:
    return [event for event in await whole(log) if event.kind == DayEnded.KIND]


async def ended(runtime: Runtime, days: int = 1) -> bool:
    return len(await markers(runtime.log)) == days * SHARDS


async def test_the_end_of_a_day_reaches_every_shard_of_every_service(world: World) -> None:
    services = await four_services(world)

    await call(services["ledger"], FIRST_DAY, NEXT_DAY)

    await until(lambda: ended(services["payment"]))
    for name in ("enrollment", "adjudication", "payment"):
        heads = await services[name].log.heads()
        assert {head.business_date for head in heads} == {NEXT_DAY}
        assert {marker.shard for marker in await markers(services[name].log)} == set(range(SHARDS))


async def test_the_marker_carries_the_control_totals_of_its_shard(world: World) -> None:
    ledger = await world.start("ledger")
    enrollment = await world.start("enrollment", ledger=seeing("ledger"))
    await append(enrollment.log, "p1", "p1")

    await call(ledger, FIRST_DAY, NEXT_DAY)

    await until(lambda: ended(enrollment))
    totals = {marker.shard: parse(marker).totals for marker in await markers(enrollment.log)}
    shard = shard_of("p1")
    assert totals.pop(shard) == (Total(kind="ContributionReceived", book="340706-390", count=2, amount=30_000),)
    assert set(totals.values()) == {()}


async def test_a_day_ends_whose_amounts_together_are_more_than_one_may_be(world: World) -> None:
    ledger = await world.start("ledger")
    enrollment = await world.start("enrollment", ledger=seeing("ledger"))
    async with enrollment.log.unit("li.si") as unit:
        for _ in range(2):
            unit.append(contribution(amount=LARGEST_AMOUNT), stream="p1", cause=uuid4())

    await call(ledger, FIRST_DAY, NEXT_DAY)

    await until(lambda: ended(enrollment))
    (total,) = (total for marker in await markers(enrollment.log) for total in parse(marker).totals)
    assert total.amount == 2 * LARGEST_AMOUNT


async def test_no_event_after_the_marker_is_stamped_with_the_ended_day(world: World) -> None:
    ledger = await world.start("ledger")
    enrollment = await world.start("enrollment", ledger=seeing("ledger"))
    await append(enrollment.log, "p1")
    await call(ledger, FIRST_DAY, NEXT_DAY)
    await until(lambda: ended(enrollment))

    await append(enrollment.log, "p1")

    events = await enrollment.log.read(shard_of("p1"), 0, 10)
    assert [(event.kind, event.business_date) for event in events] == [
        ("ContributionReceived", FIRST_DAY),
        ("DayEnded", FIRST_DAY),
        ("ContributionReceived", NEXT_DAY),
    ]


async def test_a_day_called_twice_ends_once(world: World) -> None:
    ledger = await world.start("ledger")
    enrollment = await world.start("enrollment", ledger=seeing("ledger"))

    await call(ledger, FIRST_DAY, NEXT_DAY)
    await call(ledger, FIRST_DAY, NEXT_DAY)

    await world.has_seen("enrollment", 2)
    assert await ended(enrollment)


async def test_a_day_that_is_not_open_cannot_be_ended(world: World) -> None:
    ledger = await world.start("ledger")
    enrollment = await world.start("enrollment", ledger=seeing("ledger"))

    await call(ledger, date(2017, 3, 7), date(2017, 3, 8))

    async def refused() -> bool:
        return enrollment.progress.parked.get("ledger") == 1

    await until(refused)
    assert await markers(enrollment.log) == []


async def test_days_that_end_shortly_after_each_other_end_in_order(world: World) -> None:
    services = await four_services(world)

    for day in range(1, 6):
        await call(services["ledger"], date(2017, 3, day), date(2017, 3, day + 1))

    await until(lambda: ended(services["payment"], days=5))
    for shard in range(SHARDS):
        events = await services["payment"].log.read(shard, 0, 10)
        assert [parse(event).day.day for event in events] == [1, 2, 3, 4, 5]
