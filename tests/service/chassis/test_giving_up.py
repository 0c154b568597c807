"""放弃处理: two people give up what can never be taken in; the own log says so, and the database insists on two."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, cast
from uuid import uuid4

import asyncpg
import pytest

from contracts.days import Total
from contracts.envelope import Body, Event
from contracts.parked import EventGivenUp
from services.chassis import day, parking
from services.chassis.errors import Conflict, Forbidden
from services.chassis.intake import Intake
from services.chassis.progress import Progress
from services.chassis.release import give_up, propose
from services.chassis.trouble import Refused
from services.chassis.unit import Unit
from services.chassis.upstream import Upstream
from tests.service.chassis.conftest import FIRST_DAY, Place, Places, append, whole

WHY = "entered twice by mistake"


class Unheard(Body):
    """Something of a version that no build knows."""

    KIND: ClassVar[str] = "TagChanged"
    VERSION: ClassVar[int] = 99

    person: str


async def refuse(unit: Unit, events: Sequence[Event]) -> None:
    raise Refused("NOT_THIS_ONE", "nothing is taken in here")


async def welcome(unit: Unit, events: Sequence[Event]) -> None:
    """Take everything in, and have no use for it."""


async def park_all(here: Place, there: Place, handler=refuse) -> list[Event]:
    """Take in all that enrollment says; give what was parked, in order."""
    events = await whole(there.log)
    intake = Intake(here.log, "enrollment", handler, cast(Upstream, there.log), Progress())
    await intake.load()
    await intake.take(events)
    async with here.log.pool.acquire() as connection:
        rows = await parking.listing(connection, 100)
    places = [(row["shard"], row["seq"]) for row in rows]
    return [event for event in events if (event.shard, event.seq) in places]


async def one_parked(place: Places) -> tuple[Place, Event]:
    here, there = await place("adjudication"), await place("enrollment")
    await append(there.log, "p1")
    (event,) = await park_all(here, there)
    return here, event


async def test_the_own_log_says_what_was_given_up_and_by_whom(place: Places) -> None:
    here, event = await one_parked(place)
    await propose(here.log, "enrollment", event.shard, event.seq, "wang.wu", WHY)

    await give_up(here.log, "enrollment", event.shard, event.seq, "li.si")

    (row,) = await whole(here.log)
    said = EventGivenUp.model_validate_json(row.body).given_up
    assert (said.source, said.event, said.hash) == ("enrollment", event.id, event.hash.hex())
    assert (said.maker, said.checker, said.reason) == ("wang.wu", "li.si", WHY)
    assert said.total == Total(kind="ContributionReceived", book="340706-390", count=1, amount=15_000)


async def test_an_event_that_is_only_proposed_to_be_given_up_stays_parked(place: Places) -> None:
    here, event = await one_parked(place)

    await propose(here.log, "enrollment", event.shard, event.seq, "wang.wu", WHY)

    async with here.log.pool.acquire() as connection:
        (row,) = await parking.listing(connection, 100)
    assert (row["maker"], row["grounds"]) == ("wang.wu", WHY)


async def test_who_proposed_to_give_an_event_up_cannot_approve_it(place: Places) -> None:
    here, event = await one_parked(place)
    await propose(here.log, "enrollment", event.shard, event.seq, "wang.wu", WHY)

    with pytest.raises(Forbidden) as refused:
        await give_up(here.log, "enrollment", event.shard, event.seq, "wang.wu")

    assert (refused.value.code, await whole(here.log)) == ("SAME_PERSON", [])


async def test_the_database_refuses_one_person_in_both_parts(place: Places) -> None:
    here, event = await one_parked(place)
    await propose(here.log, "enrollment", event.shard, event.seq, "wang.wu", WHY)

    async with here.log.pool.acquire() as connection:
        with pytest.raises(asyncpg.CheckViolationError, match="given_up_by_two"):
            await parking.give_up(connection, "enrollment", event, "wang.wu")


async def test_what_nobody_proposed_to_give_up_cannot_be_approved(place: Places) -> None:
    here, event = await one_parked(place)

    with pytest.raises(Conflict) as refused:
        await give_up(here.log, "enrollment", event.shard, event.seq, "li.si")

    assert refused.value.code == "NOT_PROPOSED"


async def test_a_marker_of_the_day_is_never_given_up(place: Places) -> None:
    here, there = await place("adjudication"), await place("enrollment")
    async with there.log.unit("li.si") as unit:
        await day.end(unit, "enrollment", FIRST_DAY, date(2017, 3, 2), uuid4())
    marker, *_ = await park_all(here, there)

    with pytest.raises(Conflict) as refused:
        await propose(here.log, "enrollment", marker.shard, marker.seq, "wang.wu", WHY)

    assert refused.value.code == "NEVER_GIVEN_UP"


async def test_what_cannot_be_read_is_given_up_without_an_amount(place: Places) -> None:
    here, there = await place("adjudication"), await place("enrollment")
    async with there.log.unit("li.si") as unit:
        unit.append(Unheard(person="p1"), stream="p1", cause=uuid4())
    (event,) = await park_all(here, there)
    await propose(here.log, "enrollment", event.shard, event.seq, "wang.wu", WHY)

    await give_up(here.log, "enrollment", event.shard, event.seq, "li.si")

    (row,) = await whole(here.log)
    said = EventGivenUp.model_validate_json(row.body).given_up
    assert (said.kind, said.total) == ("TagChanged", None)


async def test_an_event_of_an_unknown_version_is_parked_whatever_the_handler_does_with_it(place: Places) -> None:
    here, there = await place("payment"), await place("adjudication")
    async with there.log.unit("li.si") as unit:
        unit.append(Unheard(person="p1"), stream="p1", cause=uuid4())

    (event,) = await park_all(here, there, welcome)

    async with here.log.pool.acquire() as connection:
        (row,) = await parking.listing(connection, 100)
    assert (row["seq"], row["code"]) == (event.seq, "UNKNOWN_KIND")
