"""What the other services say is booked once, counted, and the same again after the books were wiped."""

from datetime import date
from typing import cast
from uuid import uuid4

from contracts.enrollment import Enrolled
from contracts.envelope import SHARDS, Body
from contracts.ledger import ChartPublished
from services.chassis import postgres, rebuild
from services.chassis.release import retry
from services.chassis.upstream import Upstream
from services.ledger.__main__ import SERVICE
from services.ledger.publishing import VOUCHERS_STREAM
from tests.service.ledger.books.conftest import FIRST_DAY, Ledger
from tests.service.ledger.conftest import Source, Sources
from tests.unit.ledger.books import given
from tests.unit.ledger.books.test_charts import mended

SECOND_DAY = date(2017, 3, 2)


CONTROL = "select shard, {day} as day, kind, book, count, amount from {table} {where} order by 1, 2, 3, 4"


async def counted_there(source: Source) -> list[tuple[object, ...]]:
    """The control totals that the source's own log keeps."""
    async with source.log.pool.acquire() as connection:
        rows = await connection.fetch(CONTROL.format(day="business_date", table="log.control", where=""))
    return [tuple(row) for row in rows]


async def counted_here(ledger: Ledger, source: Source) -> list[tuple[object, ...]]:
    """What the ledger booked of it."""
    where = f"where source = '{source.name}'"
    return [
        tuple(row) for row in await ledger.fetch(CONTROL.format(day="day", table="state.posted_control", where=where))
    ]


async def entries(ledger: Ledger) -> int:
    return int((await ledger.fetch("select count(*) from state.entry"))[0][0])


def a_day_of_payments() -> list[Body]:
    return [given.batched(), given.confirmed(), given.returned(), given.confirmed(given.payment_line(repays="L1"))]


async def test_what_was_booked_comes_to_the_control_totals_of_the_source(ledger: Ledger, source: Sources) -> None:
    payment = await source("payment")
    await payment.say(*a_day_of_payments())

    await payment.reach(ledger.log)

    assert await counted_here(ledger, payment) == await counted_there(payment) != []


async def test_adjudication_is_counted_by_what_the_fund_owes(ledger: Ledger, source: Sources) -> None:
    adjudication = await source("adjudication")
    await adjudication.say(given.adjudicated(), given.adjudicated(outcome="denied", round=2), given.clawback())

    await adjudication.reach(ledger.log)

    assert await counted_here(ledger, adjudication) == await counted_there(adjudication) != []


async def test_events_that_touch_no_book_are_counted_all_the_same(ledger: Ledger, source: Sources) -> None:
    enrollment = await source("enrollment")
    await enrollment.say(
        Enrolled(person="P1", book=given.BOOK, psn_type="1501", birth=FIRST_DAY, begins=FIRST_DAY, ends=None)
    )

    await enrollment.reach(ledger.log)

    assert await counted_here(ledger, enrollment) == await counted_there(enrollment) != []


async def test_an_event_that_comes_twice_is_booked_once(ledger: Ledger, source: Sources) -> None:
    payment = await source("payment")
    await payment.say(*a_day_of_payments())
    await payment.reach(ledger.log)
    before = await entries(ledger)

    await payment.reach(ledger.log)

    assert await entries(ledger) == before == 8


async def test_an_event_that_cannot_be_booked_is_parked_with_its_reason_and_others_are_booked(
    ledger: Ledger, source: Sources
) -> None:
    enrollment = await source("enrollment")
    await enrollment.say(given.contribution(), given.contribution(payer="subsidy"), given.contribution(person="P3"))

    await enrollment.reach(ledger.log)

    parked = await ledger.fetch("select code, reason from log.parked")
    assert [(row["code"], await entries(ledger)) for row in parked] == [("NO_TEMPLATE", 2)]


async def test_what_waits_for_a_mended_chart_is_booked_on_its_day_once_that_is_published(
    ledger: Ledger, source: Sources
) -> None:
    enrollment = await source("enrollment")
    await enrollment.say(given.contribution(payer="subsidy"))
    await enrollment.reach(ledger.log)
    chart = mended()
    async with ledger.log.unit("ledger") as unit:
        body = ChartPublished(chart=chart.chart, chart_id=chart.chart_id, content=chart.content)
        unit.append(body, stream=VOUCHERS_STREAM, cause=uuid4())
    (row,) = await ledger.fetch("select stream, shard from log.parked")

    booking = SERVICE.sources["enrollment"]
    released = await retry(ledger.log, "enrollment", booking, row["stream"], row["shard"], "wang.wu")

    assert released.applied == 1
    assert [row["business_date"] for row in await ledger.fetch("select business_date from state.entry")] == [FIRST_DAY]


async def test_all_sixteen_markers_of_a_day_are_kept_with_their_totals(ledger: Ledger, source: Sources) -> None:
    payment = await source("payment")
    await payment.say(*a_day_of_payments())
    totals = await counted_there(payment)
    await payment.end_day(FIRST_DAY, SECOND_DAY)

    await payment.reach(ledger.log)

    markers = await ledger.fetch("select shard, day, next, jsonb_array_length(totals) as totals from state.marker")
    assert {row["shard"] for row in markers} == set(range(SHARDS))
    assert {(row["day"], row["next"]) for row in markers} == {(FIRST_DAY, SECOND_DAY)}
    assert sum(row["totals"] for row in markers) == len(totals)


async def test_an_event_of_a_sealed_day_is_parked(ledger: Ledger, source: Sources) -> None:
    payment = await source("payment")
    await payment.say(given.confirmed())
    await ledger.fetch("insert into state.sealed (day) values ($1)", FIRST_DAY)

    await payment.reach(ledger.log)

    assert await entries(ledger) == 0
    assert len(await ledger.fetch("select from log.parked where reason like '%is sealed%'")) == 1


async def test_only_a_rebuild_folds_onto_a_sealed_day(ledger: Ledger) -> None:
    await ledger.fetch("insert into state.sealed (day) values ($1)", FIRST_DAY)
    connection = await postgres.connect(ledger.database.migration_url, name="ledger-rebuild")

    async with connection.transaction():
        await SERVICE.fold(connection, "payment", [given.event(given.confirmed())])
    await connection.close()

    assert await entries(ledger) == 3


async def make_vouchers(ledger: Ledger) -> None:
    """A subsidy is booked and taken back in red, and an interest is rejected."""
    chief = ("chief_accountant",)
    subsidy = {"book": given.BOOK, "template": "T04", "amount": 900, "choices": {"subsidy": "按标准"}}
    interest = {"book": given.BOOK, "template": "T25", "amount": 5, "choices": {"bank": "1003"}}
    first = (await ledger.post("/vouchers", subsidy)).json()["voucher"]
    await ledger.post(f"/vouchers/{first}/approve", {}, actor="zhu.guan", roles=chief)
    second = (await ledger.post("/vouchers", interest)).json()["voucher"]
    await ledger.post(f"/vouchers/{second}/reject", {"reason": "x"}, actor="zhu.guan", roles=chief)
    (entry,) = await ledger.fetch("select id from state.entry where template = 'T04'")
    order = {"entry": str(entry["id"]), "summary": "冲销"}
    third = (await ledger.post("/vouchers/corrections", order)).json()["voucher"]
    await ledger.post(f"/vouchers/{third}/approve", {}, actor="zhu.guan", roles=chief)


async def test_wiped_and_folded_again_the_books_are_the_same_to_the_byte(ledger: Ledger, source: Sources) -> None:
    sources = {name: await source(name) for name in SERVICE.sources}
    await sources["enrollment"].say(given.contribution(), given.contribution(channel="tax"))
    await sources["adjudication"].say(given.adjudicated(), given.clawback())
    await sources["payment"].say(*a_day_of_payments())
    for one in sources.values():
        await one.end_day(FIRST_DAY, SECOND_DAY)
        await one.reach(ledger.log)
    await make_vouchers(ledger)
    before = await entries(ledger)

    rebuilt = await rebuild.rebuild(
        SERVICE, ledger.database.migration_url, {name: cast(Upstream, one) for name, one in sources.items()}
    )

    assert rebuilt.after == rebuilt.before
    assert rebuilt.after["state.entry"].rows == before == 14
