"""放弃处理: an event that can never be booked keeps its day open until two people give it up; the seal names it."""

from datetime import date

import asyncpg
import pytest

from contracts.closing import DayClosed
from services.cli.audit.replay import Report, audit
from services.ledger.decide.gate import SOURCES
from services.ledger.decide.signature import public_keys
from tests.service.ledger.closing.given import DAY1, DAY2, IN, Office, contribution
from tests.service.ledger.conftest import Source, Sources
from tests.unit.cli.audit.logs import Logs

POISON = 77_700
WHY = "entered for a payer that this channel cannot have"


async def a_day_with_poison(office: Office, source: Sources) -> list[Source]:
    """Three contributions come, the second of which no template books; the day is over and the bank agrees."""
    logs = {name: await source(name) for name in SOURCES}
    poison = contribution(2, payer="subsidy", amount=POISON)
    await logs["enrollment"].say(contribution(1), poison, contribution(3))
    await office.open_accounts(IN)
    await office.end(DAY1, DAY2)
    for log in logs.values():
        await log.end_day(DAY1, DAY2)
        await log.reach(office.log)
    await office.statement(IN, DAY1, 0, ("S1", 30_000, "SK-0301"))
    return list(logs.values())


async def audited(office: Office, sources: list[Source]) -> Report:
    """Let an auditor replay the four logs."""
    logs = Logs()
    for one in (*sources, Source("ledger", office.log)):
        for event in await one.all():
            logs.rows[one.name, event.shard].append(event.line() + b"\n")
    return audit(logs, public_keys([(await office.get("/keys")).content]), lambda *_: None)


async def the_parked(office: Office) -> str:
    """Give the path of the one event that is parked."""
    (row,) = (await office.get("/parked")).json()["parked"]
    return f"/parked/{row['source']}/{row['shard']}/{row['seq']}"


async def given_up(office: Office) -> str:
    path = await the_parked(office)
    proposed = await office.post(f"{path}/resolve", {"why": WHY}, "operator", "wang.wu")
    assert proposed.status_code == 200, proposed.text
    approved = await office.post(f"{path}/approve", {}, "chief_accountant", "li.si")
    assert approved.status_code == 200, approved.text
    return path


async def test_an_event_that_cannot_be_booked_keeps_its_day_open(office: Office, source: Sources) -> None:
    await a_day_with_poison(office, source)

    missing = (await office.prepare(DAY1))["missing"]

    assert [one["code"] for one in missing] == ["PARKED", "CONTROL_TOTAL"]
    assert "sent 1 ContributionReceived of 777.00" in missing[1]["message"]


async def test_once_two_people_gave_it_up_the_day_is_sealed_and_the_seal_names_it(
    office: Office, source: Sources
) -> None:
    await a_day_with_poison(office, source)
    path = await given_up(office)

    closed = DayClosed.model_validate({k: v for k, v in (await office.close(DAY1)).items() if k != "seal"})

    (named,) = closed.given_up
    assert f"/parked/{named.source}/{named.shard}/{named.seq}" == path
    assert (named.total and named.total.amount, named.maker, named.checker) == (POISON, "wang.wu", "li.si")
    assert closed.entries == 2


async def test_an_auditor_finds_no_differences_and_the_event_that_was_given_up(office: Office, source: Sources) -> None:
    sources = await a_day_with_poison(office, source)
    await given_up(office)
    await office.close(DAY1)

    report = await audited(office, sources)

    assert (report.differences, list(report.first)) == (0, [])
    assert [WHY in sentence for sentence in report.given_up] == [True]


async def test_an_auditor_finds_an_event_that_was_kept_from_the_books_and_that_nobody_gave_up(
    office: Office, source: Sources
) -> None:
    sources = await a_day_with_poison(office, source)

    report = await audited(office, sources)

    assert [str(one.what) for one in report.first] == ["booking the ContributionReceived"]


async def test_what_was_given_up_unread_is_accounted_for_by_its_number(office: Office, source: Sources) -> None:
    await a_day_with_poison(office, source)
    await given_up(office)
    await as_if_unread(office)

    assert (await office.prepare(DAY1))["ready"]


async def as_if_unread(office: Office) -> None:
    """What was given up is kept as if its body could not have been read here."""
    owner = await asyncpg.connect(office.database.migration_url)
    await owner.execute("alter table state.given_up disable trigger user")
    await owner.execute(
        "update state.given_up set book = null, amount = null, body = jsonb_set(body::jsonb, '{total}', 'null')::text"
    )
    await owner.close()


async def test_the_database_refuses_an_event_given_up_by_one_person(office: Office) -> None:
    row = ("payment", 0, 1, date(2017, 3, 1), "PaymentConfirmed", "340706-390", 1, "a", "a", "{}")
    async with office.log.pool.acquire() as connection:
        with pytest.raises(asyncpg.CheckViolationError, match="given_up_check"):
            await connection.execute("insert into state.given_up values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)", *row)
