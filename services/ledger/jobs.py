"""日终定时: after midnight in Shanghai the open day ends, missed ones in order; those that are unsealed are shown."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from services.chassis.jobs import Job
from services.chassis.metrics import UNSEALED_DAYS
from services.chassis.unit import Log
from services.ledger.ending import call_end
from services.ledger.store import closing

SHANGHAI = ZoneInfo("Asia/Shanghai")

LONGEST_CATCH_UP = timedelta(days=31)
"""Books that stand further back are not behind the calendar but apart from it: people call their days."""

ACTOR = "calendar"


def is_due(open_day: date, today: date) -> bool:
    """Tell whether the calendar asks for the end of the open day."""
    return timedelta(0) < today - open_day <= LONGEST_CATCH_UP


async def end_days(log: Log, today: date) -> int:
    """Call the end of every day before ``today`` that is still open, in order; give how many."""
    count = 0
    while True:
        async with log.unit(ACTOR) as unit:
            day = await unit.lock_all()
            if not is_due(day, today):
                return count
            cause = uuid5(NAMESPACE_URL, f"urn:claims-ledger:day-end:{day}")
            await call_end(unit, cause, day)
        count += 1


async def show_unsealed(log: Log) -> None:
    """Let the monitoring see how many days wait for their seal."""
    async with log.pool.acquire() as connection:
        UNSEALED_DAYS.set(len(await closing.waiting(connection)))


def jobs(log: Log, today: Callable[[], date] = lambda: datetime.now(SHANGHAI).date()) -> Sequence[Job]:
    """List what the calendar asks of the ledger."""

    async def end() -> None:
        await end_days(log, today())

    async def show() -> None:
        await show_unsealed(log)

    return (Job("end-of-day", timedelta(minutes=1), end), Job("unsealed-days", timedelta(minutes=1), show))
