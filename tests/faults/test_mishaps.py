"""Services are killed; a topic is lost with all that was in it; an event is poisoned: the days end as ever."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from contracts.topics import SERVICES
from deploy import topics
from services.cli.client import wait_for
from tests.faults.killer import Killer
from tests.faults.mishaps import CONSUMERS, DAY, GivenUp, TooEarly, given_up, too_early
from tests.journey.town import PATIENCE_SECONDS, SEED, Town, founded

MOMENT = (1, "payment")
"""The day and the step in which the topic is lost."""


@pytest.fixture(scope="module")
def survivor() -> Iterator[Town]:
    """The town after a run in which each service was killed, and the topic ``payment`` lost while batches were made."""
    with founded() as other, ThreadPoolExecutor(1) as pool:
        killer = Killer(other, SEED)
        losses: list[Future[None]] = []

        def disturb(day: int, step: str) -> None:
            killer(day, step)
            if (day, step) == MOMENT:
                losses.append(pool.submit(asyncio.run, topics.recreate(other.agency.stack.kafka, "payment")))

        other.play(disturb)
        losses[0].result()
        assert killer.done() == len(SERVICES)
        health = other.desk.client.health
        wait_for("all being up", lambda: all(health(one).get("ok") for one in SERVICES) or None, PATIENCE_SECONDS)
        yield other


@pytest.fixture(scope="module")
def early(survivor: Town) -> TooEarly:
    """The day after the town's days: a clawback comes before its claim, and payment cannot take it in."""
    return too_early(survivor)


@pytest.fixture(scope="module")
def unheard(survivor: Town, early: TooEarly) -> GivenUp:
    """The day after that: an event of a version that nobody knows."""
    return given_up(survivor)


def test_services_killed_at_random_moments_and_a_topic_made_anew_and_empty_end_with_the_same_roots(
    town: Town, survivor: Town
) -> None:
    assert survivor.day_roots == town.day_roots


def test_an_auditor_finds_nothing_wrong_after_kills_and_a_loss(survivor: Town) -> None:
    assert survivor.audit().differences == 0


def test_a_poisoned_event_is_parked_with_its_reason(early: TooEarly) -> None:
    assert (early.parked[0]["kind"], early.parked[0]["code"]) == ("Clawback", "UNKNOWN_CLAIM")


def test_what_follows_a_poisoned_event_in_its_stream_waits(early: TooEarly) -> None:
    assert {one["code"] for one in early.parked[1:]} == {"BEHIND"}
    assert "BEHIND" not in early.due


def test_other_streams_flow_past_a_poisoned_event(early: TooEarly) -> None:
    assert "BESIDE" in early.due


def test_the_operator_sees_what_is_parked_and_why(early: TooEarly) -> None:
    assert "UNKNOWN_CLAIM" in early.listed


def test_a_retry_before_the_cause_is_mended_says_why_it_failed(early: TooEarly) -> None:
    assert "UNKNOWN_CLAIM" in early.retried_in_vain


def test_a_day_is_not_put_forward_while_an_event_is_parked_and_the_ledger_says_where(early: TooEarly) -> None:
    assert ("PARKED", "payment") in {(missing["code"], missing["field"]) for missing in early.missing}


def test_a_day_is_not_sealed_while_an_event_is_parked(early: TooEarly) -> None:
    assert early.refusal["status"] == 409
    assert "PARKED" in {fault["code"] for fault in early.refusal["errors"]}


def test_a_retry_after_the_cause_is_mended_takes_in_the_event_and_what_waited_behind_it(early: TooEarly) -> None:
    assert f"applied: {len(early.parked)}" in early.retried
    assert "BEHIND" in early.due_then


def test_the_day_is_sealed_once_nothing_is_parked(early: TooEarly) -> None:
    assert early.sealed.day == DAY


def test_an_event_of_an_unknown_version_is_parked_by_everyone_who_reads_it(unheard: GivenUp) -> None:
    reasons = {service: events[0]["code"] for service, events in unheard.parked.items()}

    assert reasons == dict.fromkeys(CONSUMERS, "UNKNOWN_KIND")


def test_once_an_event_is_given_up_its_stream_goes_on(unheard: GivenUp) -> None:
    assert "AFTER" not in unheard.due
    assert "AFTER" in unheard.due_then
