"""Between the services things go wrong: a topic is lost with all that was in it; an event is poisoned."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from deploy import topics
from tests.faults.mishaps import CONSUMERS, DAY, PoisonedDay, live_through
from tests.journey.town import Town, founded

MOMENT = (1, "payment")
"""The day and the step in which the topic is lost."""


@pytest.fixture(scope="module")
def bereft() -> Iterator[Town]:
    """The town after a run in which the topic ``payment`` was lost while the bank's batches were made."""
    with founded() as other, ThreadPoolExecutor(1) as pool:
        losses: list[Future[None]] = []

        def lose(day: int, step: str) -> None:
            if (day, step) == MOMENT:
                losses.append(pool.submit(asyncio.run, topics.recreate(other.agency.stack.kafka, "payment")))

        other.play(lose)
        losses[0].result()
        yield other


@pytest.fixture(scope="module")
def poisoned(bereft: Town) -> PoisonedDay:
    """The day after the town's days, on which adjudication says something that nobody understands."""
    return live_through(bereft)


def test_a_topic_made_anew_and_empty_in_the_middle_of_the_run_heals_to_the_same_roots(town: Town, bereft: Town) -> None:
    assert bereft.day_roots == town.day_roots


def test_a_poisoned_event_is_parked_with_its_reason_at_everyone_who_reads_it(poisoned: PoisonedDay) -> None:
    reasons = {service: poisoned.parked[service][0]["code"] for service in CONSUMERS}

    assert reasons == dict.fromkeys(CONSUMERS, "UNKNOWN_KIND")


def test_what_follows_a_poisoned_event_in_its_stream_waits(poisoned: PoisonedDay) -> None:
    waiting = poisoned.parked["payment"][1:]

    assert {(one["stream"], one["code"]) for one in waiting} == {(poisoned.behind.person, "BEHIND")}
    assert poisoned.behind.number not in poisoned.due_while_parked


def test_other_streams_flow_past_a_poisoned_event(poisoned: PoisonedDay) -> None:
    assert poisoned.beside.number in poisoned.due_while_parked


def test_the_day_is_not_sealed_while_an_event_is_parked_and_says_so(poisoned: PoisonedDay) -> None:
    assert "PARKED" in {missing["code"] for missing in poisoned.missing}
    assert poisoned.refusal["status"] == 409
    assert "PARKED" in {fault["code"] for fault in poisoned.refusal["errors"]}


def test_the_operator_sees_what_is_parked_and_why(poisoned: PoisonedDay) -> None:
    assert "UNKNOWN_KIND" in poisoned.listed


def test_a_retry_that_fails_again_says_why(poisoned: PoisonedDay) -> None:
    assert "UNKNOWN_KIND" in poisoned.retried


def test_once_it_is_given_up_its_stream_goes_on(poisoned: PoisonedDay) -> None:
    assert poisoned.behind.number in poisoned.due_in_the_end


def test_once_it_is_given_up_the_day_is_sealed(poisoned: PoisonedDay) -> None:
    assert poisoned.sealed.day == DAY
