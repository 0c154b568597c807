"""Services are killed in the middle of the work; the days end as if nothing had been."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random

from contracts.topics import SERVICES, Service
from services.cli.client import wait_for
from tests.journey.town import DAYS, PATIENCE_SECONDS, SEED, Town, founded

STEPS_OF_A_DAY = 6
KILLS_OF_EACH = 2
LATEST_SECONDS = 1.0
"""A kill comes at most so long after its step has begun."""


class Killer:
    """Kills every service several times, at moments that a seed chooses: a step, and a fraction of a second in it."""

    def __init__(self, town: Town, seed: int) -> None:
        rng = Random(seed)
        victims = list(SERVICES) * KILLS_OF_EACH
        rng.shuffle(victims)
        steps = sorted(rng.sample(range(1, len(DAYS) * STEPS_OF_A_DAY), len(victims)))
        self._plan = {
            step: (victim, rng.uniform(0, LATEST_SECONDS)) for step, victim in zip(steps, victims, strict=True)
        }
        print(f"seed {seed} kills", self._plan)
        self._town = town
        self._step = 0
        self._pool = ThreadPoolExecutor(1)
        self._killed: list[Future[None]] = []

    def __call__(self, day: int, step: str) -> None:
        """Let the kill of this step, if any, come in its moment."""
        if self._step in self._plan:
            self._killed.append(self._pool.submit(self._kill, *self._plan[self._step]))
        self._step += 1

    def done(self) -> int:
        """Wait for the last kill; give how many there were."""
        with self._pool:
            return len([kill.result() for kill in self._killed])

    def _kill(self, victim: Service, delay: float) -> None:
        wait_for(
            f"{victim} being up", lambda: self._town.desk.client.health(victim).get("ok") or None, PATIENCE_SECONDS
        )
        threading.Event().wait(delay)
        self._town.agency.kill(victim)


def test_services_killed_at_random_moments_and_started_again_end_with_the_same_roots(town: Town) -> None:
    with founded() as other:
        killer = Killer(other, SEED)
        other.play(killer)

        assert killer.done() == KILLS_OF_EACH * len(SERVICES)
        assert other.agency.restarts >= KILLS_OF_EACH * len(SERVICES) - 1
        assert other.day_roots == town.day_roots
