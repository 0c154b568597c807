"""The agency's counter as the demo sees it: one place that knows how each step is asked for."""

import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from contracts.topics import READS, SERVICES, Service
from services.cli.client import Client, Json, wait_for
from services.cli.demo.people import AUDITOR, CLERK
from services.cli.demo.scenario import Scenario

SETTLE_SECONDS = 120.0


@dataclass
class Tally:
    """What the run has done so far; money is fen."""

    submitted: int = 0
    pended: int = 0
    lines: int = 0
    confirmed: int = 0
    returned: int = 0
    repaid: int = 0
    clawbacks: int = 0
    days: list[Json] = field(default_factory=list)
    months: list[Json] = field(default_factory=list)


@dataclass
class Desk:
    """A run in progress: whom to ask, what to play, where the bank's mailbox is, and what was counted."""

    client: Client
    scenario: Scenario
    mailbox: Path
    tally: Tally = field(default_factory=Tally)
    clawed_back: tuple[str, int] | None = None
    """The claim that was clawed back and how much of it, fen."""

    def account(self, part: str) -> str:
        """Name one of the fund's bank accounts: ``IN`` 收入户, ``FI`` 财政专户, ``OUT`` 支出户."""
        return f"{self.scenario.book}-{part}"

    def key(self, *parts: object) -> str:
        """Make the idempotency key of a step: the same step always has the same."""
        return "-".join(["demo", self.scenario.area, *map(str, parts)])

    def do(
        self, who: tuple[str, str], service: Service, path: str, body: object, *step: object, method: str = "POST"
    ) -> Any:
        """Let somebody write something."""
        actor, role = who
        return self.client.write(service, path, body, actor=actor, role=role, key=self.key(*step), method=method)

    def look(self, who: tuple[str, str], service: Service, path: str, **query: object) -> Any:
        """Let somebody read something."""
        actor, role = who
        return self.client.get(service, path, actor, role, query)

    def load(self, service: Service, path: str, rows: Iterable[object], *step: object) -> Any:
        """Let the clerk hand in many rows."""
        actor, role = CLERK
        return self.client.bulk(service, path, rows, actor=actor, role=role, key=self.key(*step))

    def settle(self, *services: Service) -> None:
        """Wait until these services have taken in all that their sources have said so far."""
        for service in services:
            for source in READS[service]:
                self._take_in(service, source)

    def _take_in(self, service: Service, source: Service) -> None:
        heads = [head["seq"] for head in self.look(AUDITOR, source, "/log/heads")["heads"]]

        def taken() -> bool | None:
            applied = self.client.health(service).get("applied", {}).get(source)
            return True if applied and all(a >= h for a, h in zip(applied, heads, strict=True)) else None

        wait_for(f"{service} taking in {source}", taken, SETTLE_SECONDS)

    def rolled(self, following: date) -> None:
        """Wait until the end of the day has run down all services."""
        for service in SERVICES:
            self._opened(service, following)

    def _opened(self, service: Service, following: date) -> None:
        def opened() -> bool | None:
            return self.client.health(service).get("business_date") == following.isoformat() or None

        wait_for(f"{service} opening {following}", opened, SETTLE_SECONDS)

    def open_at_bank(self, account: str) -> None:
        """Let the bank keep an account for the fund."""
        self._mail("accounts.csv", {"account": account})

    def deposit(self, to: str, amount: int, key: str, text: str) -> None:
        """Let the public pay something into one of the fund's accounts."""
        self._mail("deposits.csv", {"from": "", "to": to, "amount": amount, "key": key, "text": text})

    def transfer(self, source: str, to: str, amount: int, key: str, text: str) -> None:
        """Order the bank by e-bank to move money between the fund's own accounts."""
        self._mail("transfers.csv", {"from": source, "to": to, "amount": amount, "key": key, "text": text})

    def run_bank(self, day: date) -> Path:
        """Let the bank do its day; gives the directory with what it sent."""
        program = [sys.executable, "-m", "services.cli.bank", str(self.mailbox), day.isoformat()]
        done = subprocess.run(program, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
        if done.returncode:
            raise BankError(done.stderr.strip().splitlines()[-1])
        return self.mailbox / "out" / day.isoformat()

    def _mail(self, name: str, row: Mapping[str, object]) -> None:
        file = self.mailbox / "in" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        new = not file.exists()
        with file.open("a", encoding="utf8") as lines:
            if new:
                lines.write(",".join(row) + "\n")
            lines.write(",".join(str(value) for value in row.values()) + "\n")


class BankError(Exception):
    """The bank did not do its day; the message is what it said last."""
