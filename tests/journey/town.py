"""A small town that plays the main job on a real agency: 120 people and 90 claims in three business days."""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import asyncpg
import pytest
from rich.console import Console

from contracts.envelope import SHARDS
from contracts.topics import SERVICES, Service
from deploy.embedded import discard
from services.cli.agency import Agency, agency
from services.cli.audit.replay import Report
from services.cli.client import Client, Json
from services.cli.demo import finale
from services.cli.demo.county import county
from services.cli.demo.days import play
from services.cli.demo.desk import Desk
from services.cli.demo.people import AUDITOR
from services.cli.demo.scenario import Plot, Scenario

SEED = 20170497
"""Of this seed, somebody with a wrong account number is paid on the first day, and a claim has to be reviewed."""
DAYS = (date(2017, 3, 1), date(2017, 3, 2), date(2017, 3, 3))
PATIENCE_SECONDS = 180.0
"""How long a request is repeated while the service that it asks is away."""

QUIET = Console(quiet=True)

Watcher = Callable[[int, str], None]
"""Told before each step of the run: the number of the day, and what is about to be done."""


def small_town() -> Scenario:
    """Draw the town, the same every time: on each day of the three something happens that is not usual."""
    plot = Plot(late_in_bank=0, late_booked=1, repay=1, clawback=1, recovered=2)
    return county(SEED, people=120, stays=9, visits=81, days=DAYS, plot=plot)


def nobody(day: int, step: str) -> None:
    """Let the run go on undisturbed."""


@dataclass(frozen=True)
class Town:
    """A running agency, and the desk at which the town's days are played."""

    agency: Agency
    desk: Desk

    def play(self, watcher: Watcher = nobody) -> None:
        """Play the three days and close the month."""
        for day, step in play(self.desk):
            watcher(day, step)
        finale.close_months(self.desk)

    @property
    def day_roots(self) -> dict[str, str]:
        """The roots of the sealed days."""
        return {day["day"]: day["root"] for day in self.desk.tally.days}

    def audit(self) -> Report:
        """Let an auditor go over the four logs."""
        return finale.prove(self.agency, QUIET)

    def heads(self) -> dict[Service, list[Json]]:
        """See where the four logs end: nothing was appended as long as this stays the same."""
        return {service: self.desk.look(AUDITOR, service, "/log/heads")["heads"] for service in SERVICES}

    def lines(self, service: Service) -> list[tuple[int, bytes]]:
        """Read a whole log as (shard, line), in order per shard."""
        client = self.desk.client
        return [
            (shard, line)
            for shard in range(SHARDS)
            for line in client.raw(service, f"/log/{shard}?after=0&limit=5000", *AUDITOR).splitlines()
        ]

    def run(self, service: Service, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a ``claims`` command with the environment of a service."""
        return subprocess.run(
            [sys.executable, "-m", "services.cli", *command],
            env=self.agency.environment(service) | more,
            capture_output=True,
            text=True,
            check=False,
        )


def ask(dsn: str, sql: str, *arguments: object) -> list[asyncpg.Record]:
    """Ask a database directly, past its service."""

    async def asked() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()

    return asyncio.run(asked())


@contextmanager
def founded() -> Iterator[Town]:
    """Found the town anew: an agency that knows nobody yet, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="claims-ledger-town-") as place:
        # as root the database runs as another user, who must get through
        Path(place).chmod(0o711)
        state = Path(place) / "state"
        try:
            with agency(state, DAYS[0], QUIET) as running:
                client = Client(running.urls, running.issuer, PATIENCE_SECONDS)
                yield Town(running, Desk(client, small_town(), running.state / "bank"))
        finally:
            discard(state)


_PLAYED = pytest.StashKey[Town]()


@pytest.fixture(scope="session")
def town(pytestconfig: pytest.Config) -> Town:
    """The town after its three days, undisturbed; one for all modules, who leave its logs as they are."""
    stash = pytestconfig.stash
    if _PLAYED not in stash:
        until_the_end = ExitStack()
        pytestconfig.add_cleanup(until_the_end.close)
        found = until_the_end.enter_context(founded())
        found.play()
        stash[_PLAYED] = found
    return stash[_PLAYED]
