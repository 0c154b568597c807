"""The calendar ends missed days one after the other."""

from services.ledger.jobs import end_days
from tests.service.ledger.closing.given import DAY1, DAY3


async def test_missed_days_are_ended_in_order(office):
    ended = await end_days(office.log, DAY3)
    days = (await office.get("/days")).json()
    assert (ended, days["open"], days["first_unsealed"]) == (2, str(DAY3), str(DAY1))


async def test_a_day_that_is_not_over_is_left_open(office):
    assert await end_days(office.log, DAY1) == 0
