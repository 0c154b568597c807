"""日终: the open business day is called to its end, by a person or by the calendar, and the next one opens."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from contracts.closing import STREAM
from contracts.days import DayEndCalled
from services.chassis.errors import BadInput, Conflict
from services.chassis.unit import Unit


class Ended(NamedTuple):
    """The day that ended and the one that opened."""

    day: date
    following: date


async def call_end(unit: Unit, cause: UUID, day: date | None = None, following: date | None = None) -> Ended:
    """End the open day, which is ``day`` where that is named; ``following`` opens, else the calendar's next.

    Raises ``Conflict`` DAY_NOT_OPEN, ``BadInput`` NEXT_NOT_LATER.
    """
    today = await unit.lock_all()
    if day not in (None, today):
        raise Conflict("DAY_NOT_OPEN", f"{today} is the open day, not {day}", "day")
    following = following or today + timedelta(days=1)
    if following <= today:
        raise BadInput("NEXT_NOT_LATER", f"the day after {today} cannot be {following}", "next")
    unit.append(DayEndCalled(day=today, next=following), stream=STREAM, cause=cause)
    await unit.open_day(following)
    return Ended(today, following)
