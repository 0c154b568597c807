"""解挂: what was set aside is tried again, or given up by somebody who says why; then its stream goes on."""

from typing import NamedTuple

from contracts.topics import Service
from services.chassis import applied, parking
from services.chassis.intake import Handler, effects
from services.chassis.trouble import is_transient, reason
from services.chassis.unit import Log


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
                await parking.close(unit.conn, source, shard, event.seq, actor, None)
        except Exception as error:
            if event is None or is_transient(error):
                raise
            fault = reason(error)
            async with log.pool.acquire() as connection:
                await parking.explain(connection, source, event, *fault)
            return Released(count, *fault)
        count += 1


async def resolve(log: Log, source: Service, shard: int, seq: int, actor: str, why: str) -> None:
    """Give a parked event up without applying it; who did and why is kept."""
    async with log.unit(actor) as unit:
        await applied.hold(unit.conn, source, shard)
        await parking.close(unit.conn, source, shard, seq, actor, why)
