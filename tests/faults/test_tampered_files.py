"""Whoever tampers with a file beside the logs of an archive is found, also where the MANIFEST is written again."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from contracts.closing import DayClosed, MonthClosed
from contracts.envelope import SHARDS
from contracts.topics import SERVICES
from services.cli.archived import MANIFEST, entries_file, journals, leaves, leaves_file, manifest, seal_file, sums
from services.cli.audit.files import check_files
from services.cli.audit.log.divergence import Differences
from services.cli.audit.log.source import Archive
from services.cli.audit.replay import audit
from services.cli.demo.county import county
from services.cli.demo.scenario import Plot
from services.ledger.decide.seal import Closed
from tests.faults.tamperings import cut_line, cut_log, delete, duplicate, edit, swap
from tests.unit.cli.audit.books import KEYS, SIGNER
from tests.unit.cli.audit.history import History

SEED = 20170301
MONTH, DAYS = "2017-03", (date(2017, 3, 1), date(2017, 3, 2))
PLOT = Plot(late_in_bank=0, late_booked=0, repay=0, clawback=0, recovered=0)
CARELESS, CLEVER, AUDITED = 150, 250, 5
IN_A_FILE = (edit, delete, duplicate, swap, cut_line, cut_log)
KEY_FILE = "key.pem"


class Kept(NamedTuple):
    """An archived month, and the seals in its log."""

    directory: Path
    seals: Mapping[str, Closed]

    def files(self) -> list[str]:
        """Name what stands beside the logs."""
        return [name for name in sums(self.directory) if name.partition("/")[0] not in SERVICES]

    def found(self) -> list[str]:
        """What is found of the files beside the logs."""
        found = Differences()
        check_files(self.directory, self.seals, found)
        # what stands in a seal's file is held against the log where the logs are
        for name, text in Archive(self.directory).seals().items():
            found.expect(f"seals/{name}.json", "the seal", text == self.seals[name].canonical(), True)
        return [str(one) for one in found.first]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    history = History(county(SEED, people=12, stays=2, visits=8, days=DAYS, plot=PLOT))
    history.write()
    history.books.seal_period(MONTH)
    directory, texts = tmp_path_factory.mktemp("archive"), history.books.kept
    days = [DayClosed.model_validate_json(texts[f"{day}"]) for day in DAYS]
    for service in SERVICES:
        for shard in range(SHARDS):
            rows = history.scribe.logs.rows[service, shard]
            put(directory, f"{service}/{shard}.ndjson", b"".join(row + b"\n" for row in rows))
    for period, text in texts.items():
        put(directory, seal_file(period), text)
    for day in DAYS:
        entries = history.books.entries(day)
        put(directory, entries_file(f"{day}"), b"".join(entry + b"\n" for entry in entries))
        put(directory, leaves_file(f"{day}"), leaves(entries))
    for name, parts in journals(directory, MONTH, days).items():
        put(directory, name, b"".join(parts))
    put(directory, KEY_FILE, SIGNER.public_pem().encode())
    list_again(directory)
    seals: dict[str, Closed] = {f"{one.day}": one for one in days}
    return Kept(directory, seals | {MONTH: MonthClosed.model_validate_json(texts[MONTH])})


def put(directory: Path, name: str, content: bytes) -> None:
    (directory / name).parent.mkdir(parents=True, exist_ok=True)
    (directory / name).write_bytes(content)


def list_again(directory: Path) -> None:
    (directory / MANIFEST).write_text(manifest(sums(directory)))


def tamper(kept: Kept, name: str, rng: Random) -> None:
    """Take a file away, put another in its place, or change what it says."""
    path = kept.directory / name
    before = path.read_bytes()
    way = rng.randrange(10)
    if way == 0:
        path.unlink()
    elif way == 1:
        others = [kept.directory / one for one in kept.files() if one != name]
        path.write_bytes(rng.choice(others).read_bytes())
    while path.exists() and path.read_bytes() == before:
        rows = before.splitlines(keepends=True)
        rng.choice(IN_A_FILE)(rows, rng.randrange(len(rows)), rng)
        path.write_bytes(b"".join(rows))


def missed(kept: Kept, names: list[str], times: int, *, clever: bool) -> list[tuple[int, str]]:
    """Tamper with one file at a time; give what was not found."""
    rng, unseen = Random(SEED + clever), []
    before = {name: (kept.directory / name).read_bytes() for name in [*names, MANIFEST]}
    for n in range(times):
        name = names[n % len(names)]
        tamper(kept, name, rng)
        if clever:
            list_again(kept.directory)
        if not kept.found():
            unseen.append((n, name))
        for one in (name, MANIFEST):
            put(kept.directory, one, before[one])
    return unseen


def test_an_untouched_archive_has_no_differences(kept: Kept) -> None:
    report = audit(Archive(kept.directory), KEYS, lambda *_: None, 1)
    assert (list(report.first), report.seals) == ([], 3)


def test_tampering_with_any_file_beside_the_logs_is_found(kept: Kept) -> None:
    assert missed(kept, [*kept.files(), MANIFEST], CARELESS, clever=False) == []


def test_tampering_with_any_file_is_found_although_the_manifest_is_written_again(kept: Kept) -> None:
    # whoever trusts the key that lies beside the seals trusts nobody's: the auditor brings their own
    assert missed(kept, [name for name in kept.files() if name != KEY_FILE], CLEVER, clever=True) == []


def test_the_whole_audit_names_a_file_that_was_tampered_with(kept: Kept) -> None:
    rng, names = Random(SEED), [name for name in kept.files() if name != KEY_FILE]
    for name in rng.sample(names, AUDITED):
        before = (kept.directory / name).read_bytes()
        tamper(kept, name, rng)
        list_again(kept.directory)
        report = audit(Archive(kept.directory), KEYS, lambda *_: None, 1)
        put(kept.directory, name, before)
        list_again(kept.directory)
        assert name in {str(one.where) for one in report.first}


def test_a_file_that_nobody_listed_is_found(kept: Kept) -> None:
    put(kept.directory, "seals-of-old.txt", b"nothing")
    found = kept.found()
    (kept.directory / "seals-of-old.txt").unlink()
    assert [one.partition(":")[0] for one in found] == ["seals-of-old.txt"]


def test_the_seals_of_two_days_that_changed_places_are_found(kept: Kept) -> None:
    first, second = (kept.directory / seal_file(f"{day}") for day in DAYS)
    one, other = first.read_bytes(), second.read_bytes()
    for path, content in ((first, other), (second, one)):
        path.write_bytes(content)
    list_again(kept.directory)
    report = audit(Archive(kept.directory), KEYS, lambda *_: None, 1)
    for path, content in ((first, one), (second, other)):
        path.write_bytes(content)
    list_again(kept.directory)
    assert {str(found.where) for found in report.first} == {seal_file(f"{day}") for day in DAYS}
