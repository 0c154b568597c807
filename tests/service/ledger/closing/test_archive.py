"""An archived month is a directory that proves itself. One ledger stands here for all four services."""

import asyncio
import hashlib
import shutil
import sys
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path

import httpx
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contracts.closing import STREAM, MonthClosed
from contracts.envelope import Event, shard_of
from contracts.topics import SERVICES
from services.chassis import unit
from services.cli.archive import NotSealedError, OtherLogError, Written, write
from services.ledger.decide.seal import seal_bytes
from services.ledger.decide.signature import kid_of, public_keys, signed
from tests.service.ledger.closing.given import CHECKER, DAY1, FI, MAKER, OUT, Office, contribution, payment
from tests.service.ledger.closing.test_giving_up import given_up
from tests.service.ledger.conftest import Sources

APRIL, NEXT = date(2017, 4, 1), date(2017, 4, 2)
TWO_LINES = [("1004", "D", 500_000, "DB-0301"), ("1003", "C", 500_000, "DB-0301")]


class SetBack(datetime):
    """A clock that somebody has set back."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) - timedelta(hours=1)


async def a_sealed_month(office: Office) -> None:
    await office.open_accounts(FI, OUT)
    subsidy = contribution(3, payer="subsidy", channel="fiscal", amount=900_000, bank_key="CZ-0301")
    await office.receive("enrollment", DAY1, subsidy)
    await office.voucher("PZ-1", TWO_LINES)
    await office.receive("payment", DAY1, payment("B1", ("C1", 30_000), ("C2", 45_000)))
    await office.end(DAY1, APRIL)
    await office.markers(DAY1, APRIL)
    await office.statement(FI, DAY1, 0, ("S2", 900_000, "CZ-0301"), ("S3", -500_000, "DB-0301"))
    await office.statement(OUT, DAY1, 0, ("S4", 500_000, "DB-0301"), ("V-B1", -75_000, "B1"))
    await office.close(DAY1)
    prepared = (await office.post("/periods/2017-03/prepare", {}, "accountant", MAKER)).json()
    await office.post("/periods/2017-03/seal", {"digest": prepared["digest"]}, "chief_accountant", CHECKER)


async def a_month_sealed_late(office: Office) -> None:
    """March is sealed when the first of April is sealed already."""
    for day, following in ((DAY1, APRIL), (APRIL, NEXT)):
        await office.end(day, following)
        await office.markers(day, following)
        await office.close(day)
    prepared = (await office.post("/periods/2017-03/prepare", {}, "accountant", MAKER)).json()
    await office.post("/periods/2017-03/seal", {"digest": prepared["digest"]}, "chief_accountant", CHECKER)


async def a_sealed_year(office: Office) -> None:
    new_year = date(2018, 1, 1)
    await office.end(DAY1, new_year)
    await office.markers(DAY1, new_year)
    await office.close(DAY1)
    for period in ("2017-03", "2017"):
        prepared = (await office.post(f"/periods/{period}/prepare", {}, "accountant", MAKER)).json()
        await office.post(f"/periods/{period}/seal", {"digest": prepared["digest"]}, "chief_accountant", CHECKER)


async def archived(office: Office, directory: Path, period: str = "2017-03") -> Written:
    async with office.counter() as url:
        token = office.issuer.token("sun.ji", ["auditor"])
        with httpx.Client(headers={"authorization": f"Bearer {token}"}, timeout=60) as http:
            return await asyncio.to_thread(write, http, dict.fromkeys(SERVICES, url), period, directory)


def rows(directory: Path, service: str) -> dict[int, list[Event]]:
    files = (directory / service).iterdir()
    return {int(path.stem): [Event.from_line(line) for line in path.read_bytes().splitlines()] for path in files}


def keys(directory: Path) -> dict[str, Ed25519PublicKey]:
    return public_keys([(directory / "key.pem").read_bytes()])


async def test_the_archived_seal_of_the_month_is_signed(office, tmp_path):
    await a_sealed_month(office)
    await archived(office, tmp_path)
    closed = MonthClosed.model_validate_json((tmp_path / "seals" / "2017-03.json").read_bytes())
    assert signed(seal_bytes(closed), closed.signature, closed.kid, keys(tmp_path))


async def test_the_archived_log_holds_the_seal_and_an_unbroken_chain(office, tmp_path):
    await a_sealed_month(office)
    await archived(office, tmp_path)
    events = [event for shard in rows(tmp_path, "ledger").values() for event in shard]
    assert all(event.digest() == event.hash for event in events)
    assert "MonthClosed" in {event.kind for event in events}


async def test_the_ledgers_own_log_is_archived_as_far_as_the_seal_says_whatever_the_clock_says(
    office, tmp_path, monkeypatch
):
    await a_sealed_month(office)
    monkeypatch.setattr(unit, "datetime", SetBack)
    await office.voucher("PZ-2", TWO_LINES)
    await archived(office, tmp_path)
    closed = MonthClosed.model_validate_json((tmp_path / "seals" / "2017-03.json").read_bytes())
    stated = {head.shard: head.seq for head in closed.heads}
    stated[shard_of(STREAM)] += 1  # the seal itself
    assert {shard: len(events) for shard, events in rows(tmp_path, "ledger").items()} == stated


async def test_what_the_seals_before_a_late_seal_rest_upon_is_archived_with_it(office, tmp_path):
    await a_month_sealed_late(office)
    await archived(office, tmp_path)
    assert max(event.business_date for shard in rows(tmp_path, "enrollment").values() for event in shard) == APRIL


async def test_bean_check_accepts_the_archived_month(office, tmp_path):
    await a_sealed_month(office)
    await archived(office, tmp_path)
    checker = Path(sys.executable).parent / "bean-check"
    checked = await asyncio.create_subprocess_exec(checker, tmp_path / "journal" / "2017-03.beancount")
    assert await checked.wait() == 0


async def test_bean_check_finds_a_fen_that_was_moved_in_the_archive(office, tmp_path):
    await a_sealed_month(office)
    await archived(office, tmp_path)
    journal = tmp_path / "journal" / "2017-03.beancount"
    journal.write_text(journal.read_text().replace(" 300.00 CNY", " 300.01 CNY", 1).replace("-300.00", "-300.01", 1))
    checker = Path(sys.executable).parent / "bean-check"
    checked = await asyncio.create_subprocess_exec(checker, journal, stderr=asyncio.subprocess.DEVNULL)
    assert await checked.wait() == 1


async def checked_by_hledger(journal: Path) -> int:
    """Give the status of a strict check by hledger, which Debian packages and no Python registry has."""
    hledger = shutil.which("hledger")
    if hledger is None:
        pytest.skip("hledger is absent: apt-get install hledger")
    strictly = (hledger, "--file", journal, "check", "--strict")
    return await (await asyncio.create_subprocess_exec(*strictly, stderr=asyncio.subprocess.DEVNULL)).wait()


async def test_hledger_accepts_the_archived_month_strictly(office, tmp_path):
    await a_sealed_month(office)
    await archived(office, tmp_path)
    assert await checked_by_hledger(tmp_path / "journal" / "2017-03.hledger") == 0


async def test_hledger_finds_a_fen_that_was_moved_in_the_archive(office, tmp_path):
    await a_sealed_month(office)
    await archived(office, tmp_path)
    journal = tmp_path / "journal" / "2017-03.hledger"
    journal.write_text(journal.read_text().replace("CNY 300.00", "CNY 300.01", 1).replace("CNY -300.00", "CNY -300.01"))
    assert await checked_by_hledger(journal) == 1


async def test_archiving_again_changes_nothing(office, tmp_path):
    await a_sealed_month(office)
    await archived(office, tmp_path)
    before = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.rglob("*") if path.is_file()}
    await archived(office, tmp_path)
    after = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.rglob("*") if path.is_file()}
    assert before == after


async def test_an_archive_that_was_torn_off_in_the_middle_of_a_line_is_written_to_its_end(office, tmp_path):
    await a_sealed_month(office)
    await archived(office, tmp_path / "whole")
    await archived(office, tmp_path / "torn")
    longest = max((tmp_path / "torn" / "ledger").iterdir(), key=lambda path: path.stat().st_size)
    longest.write_bytes(longest.read_bytes()[:-100])
    (tmp_path / "torn" / "MANIFEST").unlink()
    await archived(office, tmp_path / "torn")
    assert contents(tmp_path / "torn") == contents(tmp_path / "whole")


async def given_up_in_april(office: Office, source: Sources) -> None:
    """On the open day an event comes that nothing books, and two people give it up."""
    enrollment = await source("enrollment")
    async with enrollment.log.unit("somebody") as unit:
        await unit.open_day(APRIL)
    await enrollment.say(contribution(9, payer="subsidy", amount=77_700))
    await enrollment.reach(office.log)
    await given_up(office)


def contents(directory: Path) -> dict[Path, bytes]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory): path.read_bytes() for path in files}


async def test_a_month_is_archived_the_same_before_and_after_an_event_of_a_later_day_is_given_up(
    office, source, tmp_path
):
    await a_sealed_month(office)
    await archived(office, tmp_path / "before")
    await given_up_in_april(office, source)
    await archived(office, tmp_path / "after")
    assert contents(tmp_path / "before") == contents(tmp_path / "after")


async def test_the_key_that_signed_an_earlier_period_stays_in_the_archive(office, tmp_path):
    await a_sealed_month(office)
    earlier = Ed25519PrivateKey.generate().public_key()
    form = PublicFormat.SubjectPublicKeyInfo
    (tmp_path / "key.pem").write_bytes(earlier.public_bytes(Encoding.PEM, form))
    await archived(office, tmp_path)
    closed = MonthClosed.model_validate_json((tmp_path / "seals" / "2017-03.json").read_bytes())
    assert keys(tmp_path).keys() == {kid_of(earlier), closed.kid}


async def test_a_directory_with_another_log_is_refused(office, tmp_path):
    await a_sealed_month(office)
    await archived(office, tmp_path)
    file = max((tmp_path / "ledger").iterdir(), key=lambda path: path.stat().st_size)
    lines = file.read_bytes().splitlines()
    file.write_bytes(orjson.dumps({**orjson.loads(lines[0]), "actor": "nobody"}) + b"\n")
    with pytest.raises(OtherLogError, match="line 1 is not what the log says"):
        await archived(office, tmp_path)


async def test_what_is_not_sealed_is_not_archived(office, tmp_path):
    with pytest.raises(NotSealedError, match="2017-03 is not sealed"):
        await archived(office, tmp_path)


async def test_an_archived_year_holds_the_seals_of_its_days_and_months_and_its_own(office, tmp_path):
    await a_sealed_year(office)
    await archived(office, tmp_path, "2017")
    assert sorted(path.stem for path in (tmp_path / "seals").iterdir()) == ["2017", "2017-03", "2017-03-01"]


async def test_the_seals_of_an_archived_year_stand_in_its_log(office, tmp_path):
    await a_sealed_year(office)
    await archived(office, tmp_path, "2017")
    bodies = {event.body for shard in rows(tmp_path, "ledger").values() for event in shard}
    assert all(path.read_text() in bodies for path in (tmp_path / "seals").iterdir())
