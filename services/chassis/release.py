"""解挂: what was set aside is tried again, or given up by two people who say why; then its stream goes on."""

from typing import NamedTuple

from pydantic import ValidationError

from contracts.catalogue import UnknownKindError, parse
from contracts.days import DayEndCalled, DayEnded, Total
from contracts.envelope import Event
from contracts.parked import EventGivenUp, GivenUp
from contracts.topics import SERVICES, Service
from services.chassis import applied, parking
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.intake import Handler, effects
from services.chassis.parking import Parked
from services.chassis.trouble import is_transient, reason
from services.chassis.unit import Log, Unit

NEVER_GIVEN_UP = frozenset({DayEndCalled.KIND, DayEnded.KIND})
"""Without these a day would never end."""


class Released(NamedTuple):
    """How many events of the stream were applied, and why the next one still cannot be (None: nothing is left)."""

    applied: int
    code: str | None
    reason: str | None


async def retry(log: Log, source: Service, handler: Handler, stream: str, shard: int, actor: str) -> Released:
    """Apply the parked events of a stream in order, each in its own unit, up to the first that fails again.

    Raises what is transient; what was applied before stays applied.
    """
    count = 0
    while True:
        event = None
        try:
            async with log.unit(log.service) as unit:
                await applied.hold(unit.conn, source, shard)
                event = await parking.first(unit.conn, source, stream)
                if event is None:
                    return Released(count, None, None)
                await effects(unit, log.service, source, [event], handler)
                await parking.applied(unit.conn, source, event, actor)
        except Exception as error:
            if event is None or is_transient(error):
                raise
            fault = reason(error)
            async with log.pool.acquire() as connection:
                await parking.explain(connection, source, event, *fault)
            return Released(count, *fault)
        count += 1


async def propose(log: Log, source: Service, shard: int, seq: int, maker: str, why: str) -> Event:
    """Propose to give a parked event up; it stays parked until another person approves.

    Raises ``NotFound`` NOT_PARKED, ``Conflict`` NEVER_GIVEN_UP for a marker of the day.
    """
    async with log.unit(maker) as unit:
        event, _, _ = await _hold(unit, source, shard, seq)
        if event.kind in NEVER_GIVEN_UP:
            raise Conflict("NEVER_GIVEN_UP", f"without its {event.kind} the day would never end", "seq")
        await parking.propose(unit.conn, source, event, maker, why)
    return event


async def give_up(log: Log, source: Service, shard: int, seq: int, checker: str) -> Event:
    """Give a parked event up as another person proposed: it never takes effect here, and the own log says so.

    Raises ``NotFound`` NOT_PARKED, ``Conflict`` NOT_PROPOSED, ``Forbidden`` SAME_PERSON.
    """
    async with log.unit(checker) as unit:
        event, maker, why = await _hold(unit, source, shard, seq)
        if maker is None or why is None:
            raise Conflict("NOT_PROPOSED", f"nobody has proposed to give event {seq} of shard {shard} up", "seq")
        if maker == checker:
            raise Forbidden("SAME_PERSON", f"{maker} proposed to give this event up; somebody else must approve")
        what = GivenUp(
            source=source,
            shard=shard,
            seq=seq,
            event=event.id,
            hash=event.hash.hex(),
            kind=event.kind,
            day=event.business_date,
            total=_total(event),
            reason=why,
            maker=maker,
            checker=checker,
        )
        # the same event may be given up by several services: each says so under an id of its own
        n = SERVICES.index(log.service)
        unit.append(EventGivenUp(given_up=what), stream=event.stream, cause=event.id, n=n)
        await parking.give_up(unit.conn, source, event, checker)
    return event


async def _hold(unit: Unit, source: Service, shard: int, seq: int) -> Parked:
    """Take a parked event up, so that nobody else decides about it meanwhile."""
    await applied.hold(unit.conn, source, shard)
    parked = await parking.find(unit.conn, source, shard, seq)
    if parked is None:
        raise NotFound("NOT_PARKED", f"no event {seq} of shard {shard} of {source} is parked here")
    return parked


def _total(event: Event) -> Total | None:
    """Tell what an event counts for in its day, unless its body cannot be read here."""
    try:
        book, amount = parse(event).control()
    except (UnknownKindError, ValidationError):
        return None
    return Total(kind=event.kind, book=book, count=1, amount=amount)
