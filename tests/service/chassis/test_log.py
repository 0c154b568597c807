"""The log keeps every event, numbered without a gap, chained, and for ever."""

import asyncio
from datetime import date
from itertools import pairwise
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.envelope import GENESIS, SHARDS, event_id, shard_of
from services.chassis import unit as unit_module
from services.chassis.unit import EventTooLargeError, NoOpenDayError
from tests.service.chassis.conftest import FIRST_DAY, Places, append, contribution, whole

CAUSE = UUID("0190f3a1-0000-7000-8000-000000000001")


async def test_an_event_comes_back_as_it_was_said(place: Places) -> None:
    log = (await place("enrollment")).log

    async with log.unit("li.si") as unit:
        key = unit.append(contribution(), stream="p1", cause=CAUSE)

    (event,) = await log.read(shard_of("p1"), 0, 10)
    assert (event.seq, event.stream, event.kind, event.version) == (1, "p1", "ContributionReceived", 1)
    assert (event.actor, event.cause, event.business_date) == ("li.si", CAUSE, FIRST_DAY)
    assert event.id == key == event_id(CAUSE, "ContributionReceived")
    assert event.body.encode() == contribution().canonical()
    assert event.prev == GENESIS
    assert event.hash == event.digest()


async def test_a_shard_is_numbered_without_a_gap_and_chained(place: Places) -> None:
    log = (await place("enrollment")).log
    for _ in range(3):
        await append(log, *(f"p{n}" for n in range(100)))

    for shard in range(SHARDS):
        events = await log.read(shard, 0, 1000)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert all(later.prev == earlier.hash == earlier.digest() for earlier, later in pairwise(events))


async def test_units_at_the_same_time_leave_no_gap_and_no_deadlock(place: Places) -> None:
    log = (await place("enrollment")).log

    await asyncio.gather(*(append(log, *(f"p{(n * k) % 61}" for k in range(20))) for n in range(30)))

    heads = await log.heads()
    assert sum(head.seq for head in heads) == 30 * 20
    assert len(await whole(log)) == 30 * 20


async def test_a_unit_that_fails_leaves_nothing(place: Places) -> None:
    log = (await place("enrollment")).log

    async def fail() -> None:
        async with log.unit("li.si") as unit:
            unit.append(contribution(), stream="p1", cause=CAUSE)
            await unit.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert await whole(log) == []


async def test_the_same_event_cannot_be_written_twice(place: Places) -> None:
    log = (await place("enrollment")).log

    async def say() -> None:
        async with log.unit("li.si") as unit:
            unit.append(contribution(), stream="p1", cause=CAUSE)

    await say()
    with pytest.raises(asyncpg.UniqueViolationError):
        await say()


async def test_a_body_above_the_limit_is_refused_when_it_is_appended(place: Places, monkeypatch) -> None:
    log = (await place("enrollment")).log
    monkeypatch.setattr(unit_module, "LARGEST_BODY", 100)

    with pytest.raises(EventTooLargeError):
        await append(log, "p1")


async def test_without_an_open_day_nothing_is_stamped(place: Places) -> None:
    there = await place("enrollment")
    await there.as_owner("alter table log.head disable trigger refuse_earlier_day")
    await there.as_owner("update log.head set business_date = null")

    with pytest.raises(NoOpenDayError):
        await append(there.log, "p1")


async def test_what_comes_after_the_day_opened_is_stamped_with_it(place: Places) -> None:
    log = (await place("enrollment")).log

    async with log.unit("li.si") as unit:
        unit.append(contribution(), stream="p1", cause=CAUSE, n=0)
        await unit.open_day(date(2017, 3, 2))
        unit.append(contribution(), stream="p1", cause=CAUSE, n=1)

    assert [event.business_date.day for event in await whole(log)] == [1, 2]


async def test_control_totals_add_up_by_shard_day_kind_and_book(place: Places) -> None:
    there = await place("enrollment")

    await append(there.log, "p1", "p1")
    await append(there.log, "p1")

    rows = await there.as_owner("select * from log.control")
    assert [tuple(row) for row in rows] == [
        (shard_of("p1"), FIRST_DAY, "ContributionReceived", "340706-390", 3, 45_000)
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "update log.event set actor = 'somebody'",
        "delete from log.event",
        "truncate log.event",
        "update log.head set seq = 0",
        "update log.head set hash = prev from log.event",
        "delete from log.head",
        "drop trigger refuse_change on log.event",
    ],
)
async def test_the_service_may_not_change_what_is_written(place: Places, sql: str) -> None:
    log = (await place("enrollment")).log
    await append(log, "p1")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await log.pool.execute(sql)


@pytest.mark.parametrize(
    "sql", ["update log.event set actor = 'somebody'", "delete from log.event", "truncate log.event"]
)
async def test_even_the_owner_may_not_change_what_is_written(place: Places, sql: str) -> None:
    there = await place("enrollment")
    await append(there.log, "p1")

    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="it only grows"):
        await there.as_owner(sql)


@pytest.mark.parametrize(
    "wrong",
    [
        {"seq": 3},
        {"seq": 1},
        {"prev": GENESIS},
        {"business_date": date(2017, 3, 2)},
    ],
    ids=["a gap", "a number again", "another chain", "a day that is not open"],
)
async def test_the_database_refuses_an_event_that_does_not_continue_its_shard(place: Places, wrong: dict) -> None:
    log = (await place("enrollment")).log
    await append(log, "p1")
    (event,) = await log.read(shard_of("p1"), 0, 10)
    after = {"seq": 2, "prev": event.hash, "id": uuid4()} | wrong

    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await log.pool.copy_records_to_table(
            "event", schema_name="log", records=[event._replace(**after)], columns=event._fields
        )


async def test_the_business_date_never_goes_back(place: Places) -> None:
    log = (await place("enrollment")).log

    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await log.pool.execute("update log.head set business_date = '2017-02-28'")
