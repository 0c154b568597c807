"""Contributions, tags, illnesses and states are kept of enrolled people, and the tables are the fold of the log."""

from typing import Any

import asyncpg
import pytest

from services.enrollment.store.evolve import STATE_TABLES, evolve
from tests.service.enrollment.given import BOOK, Desk, codes, contribution, enrolment, tables

PERSON = "34070600000001"


@pytest.fixture(autouse=True)
async def enrolled(desk: Desk) -> None:
    """Person 1 is enrolled."""
    await desk.post("/persons", enrolment())


async def test_a_contribution_is_counted(desk: Desk) -> None:
    answer = await desk.post("/contributions", contribution())
    assert (answer.status_code, answer.json()) == (201, {"contributions": 1, "amount": 15_000})
    assert await desk.kinds() == ["ContributionReceived", "Enrolled"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"person": "34070600000002"}, ("NOT_ENROLLED", "person")),
        ({"book": "340706-610"}, ("NOT_ENROLLED", "person")),
        ({"value_date": "2017-03-02"}, ("DATE_IN_FUTURE", "value_date")),
        ({"channel": "fiscal"}, ("CHANNEL_DOES_NOT_FIT", "channel")),
        ({"personal_account": 1}, ("NO_PERSONAL_ACCOUNT", "personal_account")),
        ({"amount": 0}, ("NEGATIVE", "amount")),
        ({"amount": -5}, ("NEGATIVE", "amount")),
        ({"amount": 10**14}, ("TOO_LARGE", "amount")),
        ({"payer": "neighbour"}, ("UNKNOWN_CODE", "payer")),
    ],
)
async def test_a_contribution_that_breaks_a_rule_is_refused(
    desk: Desk, change: dict[str, Any], fault: tuple[str, str]
) -> None:
    answer = await desk.post("/contributions", contribution() | change)
    assert answer.status_code == 422
    assert codes(answer) == [fault]


async def test_money_as_a_fraction_is_refused(desk: Desk) -> None:
    answer = await desk.post("/contributions", contribution(amount=150.5))
    assert codes(answer) == [("NOT_AN_INTEGER", "amount")]


async def test_the_same_contribution_again_is_a_conflict(desk: Desk) -> None:
    await desk.post("/contributions", contribution())
    answer = await desk.post("/contributions", contribution())
    assert (answer.status_code, codes(answer)) == (409, [("DUPLICATE_CONTRIBUTION", "bank_key")])


async def test_a_bulk_with_one_contribution_twice_writes_none(desk: Desk) -> None:
    answer = await desk.post("/contributions/bulk", [contribution(), contribution(payer="collective"), contribution()])
    assert codes(answer) == [("DUPLICATE_CONTRIBUTION", "lines.3.bank_key")]
    assert await desk.kinds() == ["Enrolled"]


async def test_tags_illnesses_and_states_are_recorded(desk: Desk) -> None:
    period = {"person": PERSON, "book": BOOK, "begins": "2017-01-01", "ends": None}
    await desk.post("/tags", period | {"tag": "poor"})
    await desk.post("/certificates/bulk", [period | {"disease": "D01"}, period | {"disease": "D02"}])
    await desk.post("/statuses", {"person": PERSON, "book": BOOK, "status": "deferred", "since": "2017-02-01"})
    shown = (await desk.get(f"/persons/{PERSON}")).json()
    assert [tag["tag"] for tag in shown["tags"]] == ["poor"]
    assert [illness["disease"] for illness in shown["certificates"]] == ["D01", "D02"]
    assert [state["status"] for state in shown["statuses"]] == ["deferred"]


async def test_the_last_word_on_a_tag_counts(desk: Desk) -> None:
    tag = {"person": PERSON, "book": BOOK, "tag": "poor", "begins": "2017-01-01"}
    await desk.post("/tags/bulk", [tag | {"ends": None}, tag | {"ends": "2017-06-30"}])
    shown = (await desk.get(f"/persons/{PERSON}")).json()
    assert [tag["ends"] for tag in shown["tags"]] == ["2017-06-30"]


async def test_a_tag_of_somebody_who_is_not_enrolled_is_refused(desk: Desk) -> None:
    tag = {"person": "nobody", "book": BOOK, "tag": "poor", "begins": "2017-01-01", "ends": None}
    assert codes(await desk.post("/tags", tag)) == [("NOT_ENROLLED", "person")]


async def test_the_tables_folded_again_from_the_log_are_the_same(desk: Desk) -> None:
    await desk.post("/persons/bulk", [enrolment(n) for n in range(2, 30)])
    await desk.post("/contributions/bulk", [contribution(n) for n in range(1, 30)])
    tag = {"person": PERSON, "book": BOOK, "tag": "poor", "begins": "2017-01-01"}
    await desk.post("/tags", tag | {"ends": None})
    await desk.post("/tags", tag | {"ends": "2017-06-30"})
    before = await tables(desk.database, STATE_TABLES)
    owner = await asyncpg.connect(desk.database.migration_url)
    try:
        await owner.execute(f"truncate {', '.join(STATE_TABLES)}")
        for shard in range(16):
            await evolve(owner, await desk.log.read(shard, 0, 1_000))
    finally:
        await owner.close()
    assert await tables(desk.database, STATE_TABLES) == before


async def test_the_database_refuses_a_contribution_twice(desk: Desk) -> None:
    await desk.post("/contributions", contribution())
    async with desk.log.pool.acquire() as connection:
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute("insert into state.contribution select * from state.contribution")
