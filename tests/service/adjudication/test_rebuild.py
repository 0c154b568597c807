"""State tables are folds of logs: emptied and folded again, in other batches, they are the same to the byte."""

from datetime import date

import asyncpg
import pytest

from contracts.enrollment import TagChanged
from services.adjudication.__main__ import SERVICE
from services.adjudication.reconsidering import go_on
from services.chassis.rebuild import digests
from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.given import enter, form_of, ordered, returned
from tests.unit.adjudication_service.given import BOOK, LEVEL_2, PERSON, claim, line, visit


@pytest.mark.parametrize("batch", [1, 3, 1_000])
async def test_tables_folded_again_are_the_same(counter: Counter, batch: int) -> None:
    await a_busy_day(counter)
    place = counter.place
    events = [event for shard in range(16) for event in await place.log.read(shard, 0, 100_000)]
    owner = await asyncpg.connect(place.database.migration_url)
    try:
        async with owner.transaction():
            before = await digests(owner, SERVICE.state_tables)
            await owner.execute(f"truncate {', '.join(SERVICE.state_tables)}")
            for start in range(0, len(events), batch):
                await SERVICE.evolve(owner, events[start : start + batch])
            await SERVICE.fold(owner, "enrollment", place.heard)
            await SERVICE.fold(owner, "payment", place.paid)
            after = await digests(owner, SERVICE.state_tables)
    finally:
        await owner.close()
    assert after == before


async def a_busy_day(counter: Counter) -> None:
    """All that changes a table: decided, taken and given back, cancelled, paid, looked at again, an invoice freed."""
    await counter.submit(claim("C1", invoice="I1"), visit("C2", 10_000, invoice="I1"), claim("C3", line(6_000_000)))
    pended = (await counter.get("/reviews")).json()["reviews"]
    for number in ("C1", "C3"):
        await counter.post(f"/claims/{number}/cancel", {"reason": "entered twice"})
    await counter.submit(
        visit("C4", 20_000, invoice="I1"), claim("C5", admitted="2017-01-02", discharged="2017-01-20", on="2017-01-20")
    )
    body = {"claim": "C4", "amount": 100, "ground": "COMPLAINT", "reason": "charged twice"}
    proposed = await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")
    number = proposed.json()["clawback"]
    await counter.post(f"/clawbacks/{number}/approve", {}, "zhao.liu", "approver")
    await counter.post(f"/clawbacks/{number}/appeal", {"reason": "two visits"}, "his", "provider")
    await counter.post(f"/clawbacks/{number}/appeal/grant", {"reason": "two visits"}, "qian.ba", "approver")
    await counter.place.pay(ordered("C4", "C5"), returned("C5"))
    await counter.place.hear(TagChanged(person=PERSON, book=BOOK, tag="poor", begins=date(2017, 1, 1), ends=None))
    worse = LEVEL_2.model_copy(update={"since": date(2017, 1, 2), "level": "level_3"})
    await enter(counter, worse)
    await counter.post("/providers", form_of(worse))  # proposed, and left open
    await counter.place.decide()
    await go_on(counter.place.log, counter.place.library)
    ran = await counter.post("/supervision/runs", {"month": "2017-03"}, "shen.ji", "auditor")
    first, second, *_ = (await counter.get("/supervision/findings")).json()["findings"]
    for one in (first, second):
        await counter.post(f"/supervision/findings/{one['finding']}/take", None, "wang.wu", "reviewer_1")
    reason = {"reason": "two visits"}
    closed = await counter.post(f"/supervision/findings/{second['finding']}/close", reason, "zhao.liu", "approver")
    assert closed.status_code == 201, closed.text
    assert pended == []
    assert ran.json()["raised"] > 0
