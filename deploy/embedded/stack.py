"""PostgreSQL and Kafka together, in one process tree and one state directory, nothing installed by hand."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deploy.embedded import jars, postgres
from deploy.embedded.errors import EmbeddedError
from deploy.embedded.kafka import Kafka
from deploy.embedded.postgres import ADMIN, Postgres

LOCK = "lock"
# how long the servers of a starter that was killed may take to end
TAKEOVER_SECONDS = 40.0


@dataclass(frozen=True)
class Stack:
    """A running PostgreSQL and a running Kafka."""

    state: Path
    postgres: Postgres
    broker: Kafka

    @property
    def kafka(self) -> str:
        """Where Kafka listens, as `host:port`."""
        return self.broker.bootstrap

    @property
    def admin_dsn(self) -> str:
        """The URL of the database administrator."""
        return self.postgres_dsn("postgres", ADMIN)

    def postgres_dsn(self, db: str, role: str) -> str:
        """Return the URL by which `role` reaches database `db`."""
        return self.postgres.dsn(db, role)


@contextmanager
def stack(state: Path, console: Console | None = None) -> Iterator[Stack]:
    """Run PostgreSQL and Kafka on the data of `state` (made when absent) until the block ends.

    Download progress goes to `console` (standard error when not given). Raises EmbeddedError with one sentence
    when something is missing or the directory is in use.
    """
    state = state.resolve()
    # others may pass through, not look: as root the database runs as another user
    state.mkdir(mode=0o711, parents=True, exist_ok=True)
    with _owned(state) as lock:
        archives = jars.fetch(console or Console(stderr=True))
        servers = Postgres(state, held=(lock,)), Kafka(state, archives, held=(lock,))
        try:
            with ThreadPoolExecutor(len(servers)) as pool:
                starts = [pool.submit(server.start) for server in servers]
            for start in starts:
                start.result()
            yield Stack(state, *servers)
        finally:
            for server in servers:
                server.stop()


def discard(state: Path) -> None:
    """Delete a state directory and the cluster that belongs to it; harmless when absent.

    Raises EmbeddedError for a directory that is in use, or that holds something and no stack ever ran in.
    """
    state = state.resolve()
    if state.exists():
        if any(state.iterdir()) and not (state / LOCK).exists():
            raise EmbeddedError(f"{state} holds something else than the state of a stack; nothing was deleted.")
        with _owned(state):
            postgres.discard(state)
            shutil.rmtree(state)


@contextmanager
def _owned(state: Path) -> Iterator[int]:
    """Hold the lock of a state directory; the servers' guards hold it too, so it is free when all have ended."""
    with (state / LOCK).open("a+") as file:
        deadline = time.monotonic() + TAKEOVER_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                file.seek(0)
                owner = file.read()
                if _lives(owner) or time.monotonic() > deadline:
                    raise EmbeddedError(f"{state} is in use by process {owner}; stop it first.") from None
                time.sleep(0.05)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def _lives(owner: str) -> bool:
    try:
        os.kill(int(owner), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True
