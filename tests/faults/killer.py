"""Somebody who kills services in the middle of the work, at moments that a seed chooses."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random

from contracts.topics import SERVICES, Service
from services.cli.client import wait_for
from tests.journey.town import DAYS, PATIENCE_SECONDS, Town

STEPS = len(DAYS) * 6
LATEST_SECONDS = 1.0
"""A kill comes at most so long after its step has begun."""


class Killer:
    """Kills every service once: at some step, and some fraction of a second into it."""

    def __init__(self, town: Town, seed: int) -> None:
        rng = Random(seed)
        victims = list(SERVICES)
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
        client = self._town.desk.client
        wait_for(f"{victim} being up", lambda: client.health(victim).get("ok") or None, PATIENCE_SECONDS)
        threading.Event().wait(delay)
        self._town.agency.kill(victim)
