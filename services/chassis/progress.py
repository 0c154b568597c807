"""How far a service has come: what it has sent, what it has taken in, and what keeps it from going on."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from contracts.topics import Service
from services.chassis.metrics import CONSUMER_LAG, PARKED, RELAY_BACKLOG, RETRIES


@dataclass
class Worker:
    """One endless task of the service. ``alive`` says whether it still runs at all."""

    name: str
    alive: Callable[[], bool]
    last_success: float = field(default_factory=time.monotonic)
    """By the monotonic clock, seconds."""
    trouble: str | None = None
    """What made its last try fail; None after a success."""

    def succeeded(self) -> None:
        """Note that a round of work is done."""
        self.last_success = time.monotonic()
        self.trouble = None

    def failed(self, error: BaseException) -> None:
        """Note that a round failed and will be tried again."""
        self.trouble = f"{type(error).__name__}: {error}"[:500]
        RETRIES.labels(self.name).inc()

    def waits(self) -> None:
        """Note that a peer is away: nothing can be done now, and this service itself is well."""
        self.succeeded()
        RETRIES.labels(self.name).inc()

    def seconds_since_success(self) -> float:
        """Give the age of the last success."""
        return time.monotonic() - self.last_success


@dataclass
class Progress:
    """What /livez and /readyz look at. Numbers are of this process; ``applied`` is what it knows to be committed."""

    workers: dict[str, Worker] = field(default_factory=dict)
    applied: dict[tuple[Service, int], int] = field(default_factory=dict)
    known: dict[tuple[Service, int], int] = field(default_factory=dict)
    """Per source and shard, the last number that is known to exist there."""
    backlog: dict[int, int] = field(default_factory=dict)
    """Per own shard, the events that the topic does not have yet."""
    parked: dict[Service, int] = field(default_factory=dict)
    parked_there: dict[Service, int] = field(default_factory=dict)
    """Per source, the events that it has parked itself, as it said last."""
    forks: dict[Service, str] = field(default_factory=dict)
    """Sources whose history contradicts what was taken in: nothing more is taken from them."""

    def worker(self, name: str, alive: Callable[[], bool]) -> Worker:
        """Put an endless task on the list."""
        return self.workers.setdefault(name, Worker(name, alive))

    def dead(self) -> list[str]:
        """Name the tasks that have ended although the service goes on."""
        return [worker.name for worker in self.workers.values() if not worker.alive()]

    def lag(self, source: Service, shard: int) -> int:
        """Count the events of a source's shard that are known to exist and not taken in."""
        return max(0, self.known.get((source, shard), 0) - self.applied.get((source, shard), 0))

    def saw(self, source: Service, shard: int, seq: int) -> None:
        """Note that an event with this number exists."""
        self.known[source, shard] = max(seq, self.known.get((source, shard), 0))
        CONSUMER_LAG.labels(source, shard).set(self.lag(source, shard))

    def took(self, source: Service, shard: int, seq: int) -> None:
        """Note that everything up to this number is taken in."""
        self.applied[source, shard] = seq
        self.saw(source, shard, seq)

    def sent(self, shard: int, backlog: int) -> None:
        """Note how many own events still wait for the topic."""
        self.backlog[shard] = backlog
        RELAY_BACKLOG.labels(shard).set(backlog)

    def put_aside(self, source: Service, count: int) -> None:
        """Note how many events of a source are parked."""
        self.parked[source] = count
        PARKED.labels(source).set(count)
