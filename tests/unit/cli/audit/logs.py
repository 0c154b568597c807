"""Four logs in memory, and who writes them: rows are numbered, linked and hashed as the services do it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from contracts.closing import OwnHead
from contracts.days import DayEnded, Source, Total
from contracts.envelope import GENESIS, SHARDS, Body, Event, event_id, shard_of
from contracts.topics import SERVICES, Service

BEGAN = datetime(2017, 3, 1, tzinfo=UTC)
Rows = dict[tuple[Service, int], list[bytes]]


@dataclass
class Logs:
    """The lines of every shard, in the shape in which an auditor reads them; they can be written on."""

    rows: Rows = field(
        default_factory=lambda: {(service, shard): [] for service in SERVICES for shard in range(SHARDS)}
    )

    def lines(self, service: Service, shard: int) -> Iterator[bytes]:
        """Yield the lines of a shard."""
        return iter(self.rows[service, shard])

    def copy(self) -> "Logs":
        """Give logs that can be written on without touching these."""
        return Logs({place: list(lines) for place, lines in self.rows.items()})


class Scribe:
    """Writes what happens into the logs, on the open business day."""

    def __init__(self, first_day: date) -> None:
        self.logs = Logs()
        self.day = first_day
        self.parked = 0
        """How many events adjudication has set aside when it ends a day."""
        self._heads: dict[tuple[Service, int], tuple[int, bytes]] = {}
        self._count: Counter[tuple[Service, int, str, str]] = Counter()
        self._amount: Counter[tuple[Service, int, str, str]] = Counter()
        self._n = 0

    def say(self, service: Service, stream: str, body: Body, shard: int | None = None, actor: str = "history") -> Event:
        """Append an event to its stream, or to a named shard; gives the row."""
        self._n += 1
        cause = uuid5(NAMESPACE_URL, f"urn:history:{self._n}")
        place = shard_of(stream) if shard is None else shard
        seq, prev = self.head(service, place)
        unhashed = Event(
            shard=place,
            seq=seq + 1,
            id=event_id(cause, body.KIND),
            stream=stream,
            kind=body.KIND,
            version=body.VERSION,
            body=body.canonical().decode(),
            actor=actor,
            cause=cause,
            business_date=self.day,
            recorded_at=BEGAN + timedelta(milliseconds=self._n),
            prev=prev,
            hash=GENESIS,
        )
        event = unhashed._replace(hash=unhashed.digest())
        self._heads[service, place] = (event.seq, event.hash)
        self.logs.rows[service, place].append(event.line())
        book, amount = body.control()
        self._count[service, place, body.KIND, book] += 1
        self._amount[service, place, body.KIND, book] += amount
        return event

    def head(self, service: Service, shard: int) -> tuple[int, bytes]:
        """Give the number and the hash of the last row of a shard."""
        return self._heads.get((service, shard), (0, GENESIS))

    def own_heads(self) -> list[OwnHead]:
        """Say where the ledger's own log stands."""
        heads = [(shard, *self.head("ledger", shard)) for shard in range(SHARDS)]
        return [OwnHead(shard=shard, seq=seq, hash=own.hex()) for shard, seq, own in heads]

    def end_day(self, source: Source, following: date) -> list[Event]:
        """Say in every shard of a source that the day is over, with what the day came to."""
        ended = []
        for shard in range(SHARDS):
            totals = tuple(
                Total(kind=kind, book=book, count=count, amount=self._amount[service, place, kind, book])
                for (service, place, kind, book), count in sorted(self._count.items())
                if (service, place) == (source, shard)
            )
            parked = self.parked if source == "adjudication" else 0
            body = DayEnded(source=source, shard=shard, day=self.day, next=following, totals=totals, parked=parked)
            ended.append(self.say(source, f"day/{shard}", body, shard))
        return ended

    def turn_page(self, following: date) -> None:
        """Open the next business day."""
        self._count.clear()
        self._amount.clear()
        self.day = following
