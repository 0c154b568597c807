"""Whoever changes one byte of a log, wherever it lies, is found by the audit, which names the row."""

import asyncio
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import asyncpg
import httpx
import orjson
import pytest

from contracts.envelope import SHARDS
from contracts.topics import SERVICES, Service
from services.cli import archive
from services.cli.audit.log.source import Archive
from services.cli.audit.replay import Report, audit
from services.cli.demo.people import AUDITOR
from services.ledger.decide.signature import public_keys
from tests.journey.town import SEED, Town

MONTH = "2017-03"


class Place(NamedTuple):
    """A row of a log."""

    service: Service
    shard: int
    seq: int

    def __str__(self) -> str:
        return f"{self.service}/{self.shard}/{self.seq}"


@pytest.fixture(scope="module")
def archived(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the sealed month."""
    directory = tmp_path_factory.mktemp("archive")
    token = town.agency.issuer.token(AUDITOR[0], [AUDITOR[1]])
    with httpx.Client(headers={"authorization": f"Bearer {token}"}, timeout=60) as http:
        archive.write(http, dict(town.agency.urls), MONTH, directory)
    return directory


def digit(line: bytes) -> bytes:
    """Change a digit inside the body."""
    start = line.index(b'"body":') + 7
    end = line.index(b',"business_date":')
    places = [match.start() + start for match in re.finditer(rb"[0-9]", line[start:end])]
    return another(line, places[len(places) // 2])


def actor(line: bytes) -> bytes:
    """Change a letter of who it was."""
    return another(line, line.index(b'"actor":"') + 9)


def day(line: bytes) -> bytes:
    """Change the last digit of the business date."""
    return another(line, line.index(b'"business_date":"') + 26)


def moment(line: bytes) -> bytes:
    """Change a digit of the microseconds."""
    return another(line, line.index(b'"recorded_at":"') + 40)


def own_hash(line: bytes) -> bytes:
    """Change a digit of the row's own hash."""
    return another(line, line.index(b'"hash":"') + 8)


def another(line: bytes, at: int) -> bytes:
    """Put another character of the same kind in one place."""
    return line[:at] + (b"1" if line[at : at + 1] != b"1" else b"2") + line[at + 1 :]


def sample(directory: Path, rng: Random) -> list[Place]:
    """Choose one row of each of the four logs."""
    chosen = []
    for service in SERVICES:
        counts = {shard: len(rows(directory, service, shard)) for shard in range(SHARDS)}
        shard = rng.choice([shard for shard, count in counts.items() if count])
        chosen.append(Place(service, shard, rng.randint(1, counts[shard])))
    return chosen


def rows(directory: Path, service: Service, shard: int) -> Sequence[bytes]:
    file = directory / service / f"{shard}.ndjson"
    return file.read_bytes().splitlines() if file.exists() else []


def audited(town: Town, directory: Path) -> Report:
    return audit(Archive(directory), public_keys([town.agency.seal_keys.read_bytes()]), lambda *_: None)


def named(report: Report) -> set[str]:
    """The rows that the audit names."""
    return {str(difference.where) for difference in report.first}


def test_an_untouched_archive_has_no_differences(town: Town, archived: Path) -> None:
    assert audited(town, archived).differences == 0


@pytest.mark.parametrize("edit", [digit, actor, day, moment, own_hash])
def test_an_edited_byte_in_any_log_of_an_archive_is_found_and_its_row_is_named(
    town: Town, archived: Path, tmp_path: Path, edit: Callable[[bytes], bytes]
) -> None:
    directory = tmp_path / "archive"
    shutil.copytree(archived, directory)
    edited = sample(directory, Random(f"{SEED}/{edit.__name__}"))
    for service, shard, seq in edited:
        lines = list(rows(directory, service, shard))
        lines[seq - 1] = edit(lines[seq - 1])
        (directory / service / f"{shard}.ndjson").write_bytes(b"".join(line + b"\n" for line in lines))

    assert {str(place) for place in edited} <= named(audited(town, directory))


def test_a_row_edited_in_the_database_by_its_administrator_is_found_and_named(town: Town, tmp_path: Path) -> None:
    adjudicated = next(
        Place("adjudication", shard, orjson.loads(line)["seq"])
        for shard, line in town.lines("adjudication")
        if b'"kind":"Adjudicated"' in line
    )
    token = tmp_path / "token"
    token.write_text(town.agency.issuer.token(AUDITOR[0], [AUDITOR[1]]))
    body = edit_row(town, adjudicated, None)
    edit_row(town, adjudicated, body.replace('"round":1', '"round":2'))
    try:
        feeds = orjson.dumps(town.agency.urls).decode()
        keys = str(town.agency.seal_keys)
        done = town.run("ledger", "audit", "--keys", keys, "--feeds", feeds, "--token-file", str(token), "--json")
    finally:
        edit_row(town, adjudicated, body)

    assert done.returncode == 1
    first = orjson.loads(done.stdout)["first"]
    assert first[0].startswith(f"{adjudicated}: hash of the row")


def edit_row(town: Town, place: Place, body: str | None) -> str:
    """Write another body into a row with the triggers off, as only a superuser can; give the one before."""
    dsn = town.agency.stack.postgres_dsn(place.service, "postgres")

    async def edited() -> str:
        connection = await asyncpg.connect(dsn)
        try:
            async with connection.transaction():
                old: str = await connection.fetchval(
                    "select body from log.event where shard = $1 and seq = $2", place.shard, place.seq
                )
                if body is not None:
                    await connection.execute("alter table log.event disable trigger user")
                    await connection.execute(
                        "update log.event set body = $3 where shard = $1 and seq = $2", place.shard, place.seq, body
                    )
                    await connection.execute("alter table log.event enable always trigger continue_shards")
                    await connection.execute("alter table log.event enable always trigger refuse_change")
                return old
        finally:
            await connection.close()

    return asyncio.run(edited())
