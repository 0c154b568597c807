"""The archive of a sealed day can be audited alone, although the next day had begun when it was sealed."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

from contracts.topics import Service
from services.chassis.feed import feed
from services.chassis.http import build_app
from services.cli.archive import write
from services.cli.audit.log.source import Archive
from services.cli.audit.replay import audit
from services.ledger.decide.gate import SOURCES
from services.ledger.decide.signature import public_keys
from tests.service.ledger.closing.given import DAY1, DAY2, FI, IN, Office, contribution
from tests.service.ledger.closing.test_giving_up import given_up
from tests.service.ledger.conftest import Source, Sources


async def a_day_sealed_on_the_next(office: Office, source: Sources) -> list[Source]:
    """The bank shows on the first day what is booked on the second, and an event of the second is given up first."""
    logs = {name: await source(name) for name in SOURCES}
    await logs["enrollment"].say(contribution(1))
    await office.open_accounts(IN)
    await office.end(DAY1, DAY2)
    for log in logs.values():
        await log.end_day(DAY1, DAY2)
    await logs["enrollment"].say(contribution(2, bank_key="SK-0302"), contribution(3, payer="subsidy"))
    for log in logs.values():
        await log.reach(office.log)
    await office.statement(IN, DAY1, 0, ("S1", 15_000, "SK-0301"), ("S2", 15_000, "SK-0302"))
    await given_up(office)
    await office.close(DAY1)
    return list(logs.values())


async def archived(office: Office, sources: list[Source], directory: Path) -> None:
    """Let ``claims archive`` read the four logs over the network."""
    async with AsyncExitStack() as counters:
        urls: dict[Service, str] = {"ledger": await counters.enter_async_context(office.counter())}
        for one in sources:
            app = build_app(office.settings, [feed(one.log)])
            urls[one.name] = await counters.enter_async_context(office.serving(app))
        token = office.issuer.token("sun.ji", ["auditor"])
        with httpx.Client(headers={"authorization": f"Bearer {token}"}, timeout=60) as http:
            await asyncio.to_thread(write, http, urls, f"{DAY1}", directory)


async def test_the_archive_of_a_day_that_rests_upon_the_next_one_has_no_differences(
    office: Office, source: Sources, tmp_path: Path
) -> None:
    sources = await a_day_sealed_on_the_next(office, source)

    await archived(office, sources, tmp_path / "archive")

    keys = public_keys([(tmp_path / "archive" / "key.pem").read_bytes()])
    report = audit(Archive(tmp_path / "archive"), keys, lambda *_: None)
    assert (list(report.first), report.seals) == ([], 1)
    # what explains it was booked on the next day, which the archive does not hold
    assert report.untold == [f"{IN}: 1 items of 150.00 only the bank has; the archive of the next days must tell"]


async def test_what_the_bank_held_before_its_first_statement_is_audited_with_the_rest(
    office: Office, source: Sources, tmp_path: Path
) -> None:
    logs = [await source(name) for name in SOURCES]
    await office.open_accounts(FI)
    await office.voucher("QC-1", [("1003", "D", 90_000, "QC-1"), ("2001-待查款项", "C", 90_000, None)])
    await office.end(DAY1, DAY2)
    for log in logs:
        await log.end_day(DAY1, DAY2)
        await log.reach(office.log)
    await office.statement(FI, DAY1, 90_000)
    await office.close(DAY1)

    await archived(office, logs, tmp_path / "archive")

    keys = public_keys([(tmp_path / "archive" / "key.pem").read_bytes()])
    report = audit(Archive(tmp_path / "archive"), keys, lambda *_: None)
    assert (list(report.first), report.seals) == ([], 1)
