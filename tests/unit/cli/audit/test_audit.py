"""What an audit promises of itself: the same words whoever looks first, and however many look."""

import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from multiprocessing import parent_process
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import orjson
import pytest
from rich.console import Console

from contracts.claims import Amounts
from contracts.supervision import FindingRaised
from contracts.topics import Service
from services.adjudication.decide.supervision import SupervisionRules
from services.adjudication.supervision import shipped_supervision
from services.cli.audit.claims.findings import check_finding
from services.cli.audit.claims.standing import Standing
from services.cli.audit.command import tell
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Divergence, Place
from services.cli.audit.log.source import Archive, LogSource, fetched
from services.cli.audit.replay import Report, audit
from services.cli.demo.county import county
from services.cli.demo.scenario import Plot
from tests.unit.cli.audit.books import KEYS
from tests.unit.cli.audit.history import History
from tests.unit.cli.audit.logs import Logs

RULES = SupervisionRules.of(shipped_supervision())
RULE = "LOW_THRESHOLD_ADMISSION"
DAY = date(2017, 3, 1)
CAUSE = uuid5(NAMESPACE_URL, f"urn:claims-ledger:finding:{RULE}/C1/2017-03")


class Growing:
    """Logs that are written while somebody reads them: half of all rows until some shards are read, then all."""

    def __init__(self, logs: Logs, early: int) -> None:
        self._logs = logs
        self._early = early
        moments = sorted(_moment(line) for lines in logs.rows.values() for line in lines)
        self._half = moments[len(moments) // 2]

    def lines(self, service: Service, shard: int) -> Iterator[bytes]:
        """Yield the lines of a shard that are there by now."""
        self._early -= 1
        is_early = self._early >= 0
        return (line for line in self._logs.lines(service, shard) if not is_early or _moment(line) < self._half)


def _moment(line: bytes) -> datetime:
    return datetime.fromisoformat(orjson.loads(line)["recorded_at"])


@pytest.fixture(scope="module")
def logs() -> Logs:
    return written(DAY)


def written(*days: date) -> Logs:
    plot = Plot(late_in_bank=0, late_booked=0, repay=0, clawback=0, recovered=0)
    history = History(county(11, people=12, stays=2, visits=8, days=days, plot=plot))
    history.write()
    return history.scribe.logs


def said(source: LogSource, processes: int = 1) -> Sequence[str]:
    return [str(one) for one in audit(source, KEYS, lambda *_: None, processes).first]


def tampered(logs: Logs) -> Logs:
    """Change the actor of the last row of every shard of payment, then of enrollment."""
    copy = logs.copy()
    for service in ("payment", "enrollment"):
        for shard in range(16):
            rows = copy.rows[service, shard]
            rows[-1] = rows[-1].replace(b'"actor":"history"', b'"actor":"nobody"')
    return copy


def kept(logs: Logs, directory: Path) -> Archive:
    for (service, shard), lines in logs.rows.items():
        (directory / service).mkdir(exist_ok=True)
        (directory / service / f"{shard}.ndjson").write_bytes(b"".join(line + b"\n" for line in lines))
    return Archive(directory)


def finding(**changes: object) -> FindingRaised:
    usual = {
        "finding": f"F{CAUSE.hex[:24]}",
        "rule": RULE,
        "rule_version": RULES.id,
        "month": "2017-03",
        "book": "340706-390",
        "provider": "H34070600001",
        "claim": "C1",
        "evidence": {"days": 1, "figures": dict(RULES.rules[RULE].figures)},
    }
    return FindingRaised.model_validate(usual | changes)


def differences(body: FindingRaised) -> int:
    place = Place("adjudication", 1, 9)
    row = Row(place, str(CAUSE), body.KIND, 1, "P1", str(CAUSE), date(2017, 3, 31), b"", {}, "")
    amounts = Amounts(**dict.fromkeys(Amounts.model_fields, 0))
    standing = Standing(CAUSE, "approved", "340706-390", "H34070600001", date(2017, 3, 1), amounts, True, False)
    found = Differences()
    check_finding(row, body, {RULES.id: RULES}, {"C1": standing}, found)
    return found.count


def test_the_first_difference_is_the_least_by_service_shard_and_number(logs: Logs) -> None:
    last = len(logs.rows["enrollment", 0])
    assert said(tampered(logs))[0].startswith(f"enrollment/0/{last}: hash of the row")


def test_a_root_that_is_another_is_told_however_much_else_is_found(logs: Logs) -> None:
    copy = logs.copy()
    for rows in copy.rows.values():
        rows[:] = [row.replace(b'"actor":"history"', b'"actor":"nobody"') for row in rows]
    assert audit(copy, KEYS, lambda *_: None, 1).roots_equal
    (place, n), *_ = (
        (place, n)
        for place, rows in copy.rows.items()
        for n, row in enumerate(rows)
        if b'"kind":"ContributionReceived"' in row and b'"amount":' in row
    )
    copy.rows[place][n] = copy.rows[place][n].replace(b'"amount":', b'"amount":1', 1)
    report = audit(copy, KEYS, lambda *_: None, 1)
    assert (report.roots_equal, any("root of" in one.what for one in report.first)) == (False, False)


def test_two_processes_say_the_same_as_one(logs: Logs, tmp_path: Path) -> None:
    archive = kept(tampered(logs), tmp_path)
    assert said(archive, processes=2) == said(archive)


class Deadly(Archive):
    """An archive that is the end of every helper that looks into it."""

    def lines(self, service: Service, shard: int) -> Iterator[bytes]:
        """Yield the lines of a shard to the first process only."""
        if parent_process() is not None:
            os._exit(1)
        return super().lines(service, shard)


def test_what_a_helper_had_taken_when_it_died_is_walked_all_the_same(logs: Logs, tmp_path: Path) -> None:
    archive = kept(tampered(logs), tmp_path)
    assert said(Deadly(tmp_path), processes=3) == said(archive)


def test_a_file_that_lost_its_last_byte_is_found(logs: Logs, tmp_path: Path) -> None:
    archive = kept(logs, tmp_path)
    file = tmp_path / "enrollment" / "3.ndjson"
    file.write_bytes(file.read_bytes()[:-1])
    assert said(archive)[0].startswith(f"enrollment/3/{len(logs.rows['enrollment', 3])}: the line cannot be read")


def test_a_seal_beside_the_logs_that_does_not_stand_in_them_is_found(logs: Logs, tmp_path: Path) -> None:
    archive = kept(logs, tmp_path)
    (tmp_path / "seals").mkdir()
    (tmp_path / "seals" / "2017-03.json").write_bytes(b"{}")
    assert "seals/2017-03.json: the seal stands in the log; expected True, found False" in said(archive)


def test_a_finding_that_cites_what_the_log_has_is_good() -> None:
    assert differences(finding()) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"rule_version": "0" * 64},
        {"rule": "HOSPITALISATION_RATE"},
        {"evidence": {"days": 1}},
        {"finding": "F000"},
        {"month": "2017-04"},
        {"provider": "H34070600002"},
        {"claim": "C2"},
    ],
)
def test_a_finding_that_cites_anything_else_is_found(changes: dict[str, object]) -> None:
    assert differences(finding(**changes)) > 0


@pytest.mark.parametrize("early", [8, 24, 40, 56])
def test_nothing_differs_in_logs_that_are_written_while_they_are_copied(early: int, tmp_path: Path) -> None:
    growing = Growing(written(DAY, date(2017, 3, 2)), early)
    assert said(fetched(growing, tmp_path, lambda _: None)) == []


def test_a_difference_is_told_as_it_is_whatever_the_log_says() -> None:
    page = StringIO()
    report = Report(
        differences=1, first=[Divergence(Place("payment", 0, 1), "who wrote it", "li", "[conceal]li[/red]")]
    )
    tell(report, Console(file=page, width=200))
    assert "payment/0/1: who wrote it; expected li, found [conceal]li[/red]" in page.getvalue()
