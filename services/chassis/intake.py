"""Taking events of one source in: each once, in order, with their effects, or set aside with a reason."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog

from contracts.catalogue import model_of
from contracts.envelope import Event
from contracts.topics import Service
from services.chassis import applied, chain, day, parking
from services.chassis.chain import Position
from services.chassis.metrics import APPLIED, HEALED
from services.chassis.progress import Progress
from services.chassis.trouble import is_transient, reason
from services.chassis.unit import Log, Unit
from services.chassis.upstream import Upstream

Handler = Callable[[Unit, Sequence[Event]], Awaitable[None]]
"""Takes in one batch of one source: in order per shard, several shards in it, nothing twice, nothing missing.

Effects go through ``unit.conn``, new events through ``unit.append``.
"""

HEAL_PAGE = 1_000

_log = structlog.get_logger()


class Intake:
    """One source's way into a service."""

    def __init__(self, log: Log, source: Service, handler: Handler, upstream: Upstream, progress: Progress) -> None:
        self.source = source
        self._log = log
        self._handler = handler
        self._upstream = upstream
        self._progress = progress
        self.positions: dict[int, Position] = {}
        """How far the source is taken in, as far as this process knows."""

    async def load(self) -> None:
        """Read from the database how far the source is taken in."""
        async with self._log.pool.acquire() as connection:
            self.positions = await applied.positions(connection, self.source)
            self._progress.put_aside(self.source, await parking.parked_count(connection, self.source))
        for shard, position in self.positions.items():
            self._progress.took(self.source, shard, position.seq)

    async def take(self, events: Iterable[Event], doubtful: Iterable[int] = ()) -> None:
        """Take in what continues the positions; ask the feed about shards with holes and about ``doubtful`` ones.

        Raises what is transient, ``MovedError`` (load and try again) and ``ForkError`` (never goes well by itself).
        """
        events, doubtful = list(events), set(doubtful)
        for shard, seq in {event.shard: event.seq for event in events}.items():
            self._progress.saw(self.source, shard, seq)
        while True:
            fresh, broken = chain.follow(self.positions, events)
            await self._apply(fresh)
            broken |= doubtful
            if not broken:
                return
            healed: list[Event] = []
            for shard in broken:
                page, complete = await self._page(shard)
                healed += page
                if complete:
                    # the feed is the truth: what it does not hold now was never said
                    events = [event for event in events if event.shard != shard]
                    doubtful.discard(shard)
            events = healed + events

    async def _page(self, shard: int) -> tuple[list[Event], bool]:
        """Get the next events of a shard from the source's feed, and whether they are all that there is."""
        position = self.positions[shard]
        page = await self._upstream.events(shard, max(0, position.seq - 1), HEAL_PAGE)
        chain.prove(page, shard, position)
        missed = [event for event in page if event.seq > position.seq]
        _log.warning("healed_from_feed", source=self.source, shard=shard, after=position.seq, count=len(missed))
        HEALED.labels(self.source).inc(len(missed))
        return missed, len(page) < HEAL_PAGE

    async def _apply(self, events: Sequence[Event]) -> None:
        """Take events in; when they cannot be, halve until the one that cannot is found, and park it."""
        if not events:
            return
        try:
            await self._commit(events)
        except (applied.MovedError, chain.ForkError):
            raise
        except Exception as error:
            if is_transient(error):
                raise
            if len(events) > 1:
                middle = len(events) // 2
                await self._apply(events[:middle])
                await self._apply(events[middle:])
            else:
                await self._commit(events, reason(error))

    async def _commit(self, events: Sequence[Event], fault: tuple[str, str] | None = None) -> None:
        """Take events in, or with ``fault`` park them, in one transaction that also moves the positions."""
        last = {event.shard: event for event in events}
        async with self._log.unit(self._log.service) as unit:
            await applied.lock(unit.conn, self.source, list(last), self.positions)
            if fault is None:
                events = await self._behind_parked(unit, events)
                await effects(unit, self._log.service, self.source, events, self._handler)
            else:
                await self._park(unit, events, *fault)
            await applied.advance(unit.conn, self.source, last)
        APPLIED.labels(self.source).inc(len(events))
        for shard, event in last.items():
            self.positions[shard] = Position(event.seq, event.hash)
            self._progress.took(self.source, shard, event.seq)

    async def _behind_parked(self, unit: Unit, events: Sequence[Event]) -> Sequence[Event]:
        """Park what belongs to a stream that waits; give the rest."""
        streams = await parking.waiting(unit.conn, self.source, events)
        if not streams:
            return events
        behind = [event for event in events if event.stream in streams]
        await self._park(unit, behind, parking.BEHIND, "an earlier event of this stream is parked")
        return [event for event in events if event.stream not in streams]

    async def _park(self, unit: Unit, events: Sequence[Event], code: str, reason: str) -> None:
        await parking.park(unit.conn, self.source, events, code, reason)
        count = await parking.parked_count(unit.conn, self.source)
        unit.after_commit(lambda: self._progress.put_aside(self.source, count))
        for event in events:
            _log.error("parked", source=self.source, shard=event.shard, seq=event.seq, code=code)


async def effects(unit: Unit, service: Service, source: Service, events: Sequence[Event], handler: Handler) -> None:
    """Let the service do its part with new events, then the chassis its own: the end of the day.

    Raises ``UnknownKindError``: what nobody here has heard of cannot be told from what this service has no use for.
    """
    for event in events:
        model_of(event)
    if events:
        await handler(unit, events)
        await day.follow(unit, service, source, events)
