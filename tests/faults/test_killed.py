"""Services are killed in the middle of the work and started again; the days end as if nothing had been."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random

import pytest

from contracts.topics import SERVICES, Service
from services.cli.client import wait_for
from tests.journey.town import DAYS, PATIENCE_SECONDS, SEED, Town, founded

STEPS = len(DAYS) * 6
KILLS_OF_EACH = 2
LATEST_SECONDS = 1.0
"""A kill comes at most so long after its step has begun."""


class Killer:
    """Kills every service several times, at moments that a seed chooses: a step, and a fraction of a second in it."""

    def __init__(self, town: Town, seed: int) -> None:
        rng = Random(seed)
        victims = list(SERVICES) * KILLS_OF_EACH
        rng.shuffle(victims)
        steps = sorted(rng.sample(range(1, STEPS), len(victims)))
        self._plan = {
            step: (victim, rng.uniform(0, LATEST_SECONDS)) for step, victim in zip(steps, victims, strict=True)
        }
        print(f"seed {seed}: step, victim, seconds into the step: {self._plan}")
        self._town = town
        self._step = 0
        self._pool = ThreadPoolExecutor(1)
        self._kills: list[Future[None]] = []

    def __call__(self, day: int, step: str) -> None:
        """Let the kill of this step, if there is one, come in its moment."""
        if self._step in self._plan:
            self._kills.append(self._pool.submit(self._kill, *self._plan[self._step]))
        self._step += 1

    def done(self) -> int:
        """Wait for the last kill; give how many there were."""
        with self._pool:
            return len([kill.result() for kill in self._kills])

    def _kill(self, victim: Service, delay: float) -> None:
        await_up(self._town, victim)
        threading.Event().wait(delay)
        self._town.agency.kill(victim)


@pytest.fixture(scope="module")
def survivor() -> Iterator[Town]:
    """The town after a run in which every service was killed twice."""
    with founded() as other:
        killer = Killer(other, SEED)
        other.play(killer)
        assert killer.done() == KILLS_OF_EACH * len(SERVICES)
        for service in SERVICES:
            await_up(other, service)
        yield other


def await_up(town: Town, service: Service) -> None:
    """Wait until a service answers that it is well."""
    wait_for(f"{service} being up", lambda: town.desk.client.health(service).get("ok") or None, PATIENCE_SECONDS)


def test_services_killed_at_random_moments_and_started_again_end_with_the_same_roots(
    town: Town, survivor: Town
) -> None:
    assert survivor.day_roots == town.day_roots


def test_an_auditor_finds_nothing_wrong_where_services_were_killed(survivor: Town) -> None:
    assert survivor.audit().differences == 0
