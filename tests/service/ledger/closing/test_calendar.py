"""The calendar ends missed days one after the other."""

from prometheus_client import REGISTRY

from services.ledger.jobs import end_days, show_unsealed
from tests.service.ledger.closing.given import DAY1, DAY2, DAY3


async def test_missed_days_are_ended_in_order(office):
    ended = await end_days(office.log, DAY3)
    days = (await office.get("/days")).json()
    assert (ended, days["open"], days["first_unsealed"]) == (2, str(DAY3), str(DAY1))


async def test_a_day_that_is_not_over_is_left_open(office):
    assert await end_days(office.log, DAY1) == 0


async def test_the_days_that_wait_for_their_seal_are_shown(office):
    await office.end(DAY1, DAY2)
    await office.end(DAY2, DAY3)
    await office.markers(DAY1, DAY2)
    await office.close(DAY1)

    await show_unsealed(office.log)

    assert REGISTRY.get_sample_value("claims_unsealed_days") == 1
