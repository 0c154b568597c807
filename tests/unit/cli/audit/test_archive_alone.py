"""What is archived of sealed days can be audited alone, whatever came after them; and it is the same whenever made."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import StringIO
from pathlib import Path

import orjson
import pytest
from rich.console import Console

from contracts.enrollment import TagChanged
from contracts.envelope import SHARDS, Event
from contracts.parked import EventGivenUp, GivenUp
from contracts.topics import Service
from services.cli.archived import MANIFEST, manifest, sums
from services.cli.audit.command import tell
from services.cli.audit.log.source import Archive, LogSource
from services.cli.audit.replay import audit
from services.cli.demo.county import county
from services.cli.demo.scenario import Plot
from services.cli.extent import sources
from tests.unit.cli.audit.books import KEYS
from tests.unit.cli.audit.history import History
from tests.unit.cli.audit.logs import Logs

DAY = date(2017, 3, 2)
PLOT = Plot(late_in_bank=0, late_booked=0, repay=0, clawback=0, recovered=0)


class NeverTakenIn(History):
    """A history in which adjudication cannot take in that somebody is poor, and two people give that up next day."""

    parked: Event

    def _enrol(self) -> None:
        super()._enrol()
        first, *_ = self._scenario.claims[DAY]
        tag = TagChanged(
            person=first["person"], book=self._scenario.book, tag="poor", begins=date(2017, 1, 1), ends=None
        )
        self.parked = self.scribe.say("enrollment", tag.person, tag)
        self.scribe.parked = 1

    def give_up(self) -> None:
        """Enrollment goes on, adjudication decides on that, and only then people give up what could not be taken in."""
        event, last = self.parked, self._scenario.claims[DAY][-1]
        self._enrol()
        self._decide(self._hand_in(last | {"person": event.stream, "claim": "C-LATER", "invoice": "INV-LATER"}))
        self.scribe.say("adjudication", event.stream, given_up(event))


def given_up(event: Event) -> EventGivenUp:
    what = GivenUp(
        source="enrollment",
        shard=event.shard,
        seq=event.seq,
        event=event.id,
        hash=event.hash.hex(),
        kind=event.kind,
        day=event.business_date,
        total=None,
        reason="a tag of another area",
        maker="sun",
        checker="li",
    )
    return EventGivenUp(given_up=what)


def archive(logs: Logs, directory: Path) -> Archive:
    """Archive the day as ``claims archive`` does; the ledger's log ends with its seal."""

    def read(service: Service, shard: int, after: int) -> Iterator[bytes]:
        return iter(logs.rows[service, shard][after:])

    for service, shard, lines in sources(read, str(DAY)):
        put(directory, service, shard, lines)
    for shard in range(SHARDS):
        put(directory, "ledger", shard, logs.rows["ledger", shard])
    (directory / MANIFEST).write_text(manifest(sums(directory)))
    return Archive(directory)


def put(directory: Path, service: Service, shard: int, lines: Iterable[bytes]) -> None:
    (directory / service).mkdir(parents=True, exist_ok=True)
    (directory / service / f"{shard}.ndjson").write_bytes(b"".join(line + b"\n" for line in lines))


def contents(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.glob("*/*")}


def said(source: LogSource) -> Sequence[str]:
    return [str(one) for one in audit(source, KEYS, lambda *_: None, 1).first]


@pytest.fixture
def history() -> NeverTakenIn:
    made = NeverTakenIn(county(17, people=12, stays=2, visits=8, days=(DAY,), plot=PLOT))
    made.write()
    return made


def test_a_decision_that_never_knew_what_stands_in_the_log_differs_until_somebody_gives_that_up(
    history: NeverTakenIn,
) -> None:
    assert any(one.startswith("adjudication/") for one in said(history.scribe.logs))


def test_an_archive_holds_that_an_event_of_its_last_day_was_given_up_on_the_next_one(
    history: NeverTakenIn, tmp_path: Path
) -> None:
    history.give_up()
    report = audit(archive(history.scribe.logs, tmp_path), KEYS, lambda *_: None, 1)
    assert list(report.first) == []
    assert ["a tag of another area" in one for one in report.given_up] == [True]


def test_an_archive_is_the_same_whatever_came_after_what_it_rests_upon(history: NeverTakenIn, tmp_path: Path) -> None:
    history.give_up()
    archive(history.scribe.logs, tmp_path / "before")
    history.scribe.say("adjudication", history.parked.stream, given_up(history.scribe.say(*later(history))))
    archive(history.scribe.logs, tmp_path / "after")
    assert contents(tmp_path / "before") == contents(tmp_path / "after")


def later(history: NeverTakenIn) -> tuple[Service, str, TagChanged]:
    body = TagChanged.model_validate_json(history.parked.body)
    return "enrollment", body.person, body


def test_logs_that_no_archive_was_made_of_are_judged_to_their_last_row(history: NeverTakenIn, tmp_path: Path) -> None:
    history.give_up()
    alone = archive(history.scribe.logs, tmp_path)
    (tmp_path / "MANIFEST").unlink()
    assert any("which the decision has seen" in one for one in said(alone))


def test_a_row_after_the_end_of_an_archive_that_was_changed_is_found(history: NeverTakenIn, tmp_path: Path) -> None:
    history.give_up()
    alone = archive(history.scribe.logs, tmp_path)
    file = tmp_path / "adjudication" / f"{history.parked.shard}.ndjson"
    file.write_bytes(file.read_bytes().replace(b"a tag of another area", b"a tag of another isle"))
    assert any("hash of the row" in one for one in said(alone))


def whole_logs_as_an_archive(history: NeverTakenIn, directory: Path) -> Archive:
    """Somebody lists whole logs in a MANIFEST, as if they ended with their last seal."""
    for (service, shard), lines in history.scribe.logs.rows.items():
        put(directory, service, shard, lines)
    (directory / MANIFEST).write_text(manifest(sums(directory)))
    return Archive(directory)


def test_rows_that_hide_from_judgement_behind_the_end_of_an_archive_are_found(
    history: NeverTakenIn, tmp_path: Path
) -> None:
    history.give_up()
    history.scribe.say(*later(history))
    claim = history.scribe.say("adjudication", history.parked.stream, given_up(history.scribe.say(*later(history))))
    found = said(whole_logs_as_an_archive(history, tmp_path))
    assert any(one.startswith(f"adjudication/{claim.shard}: rows that the sealed days up to {DAY}") for one in found)


def test_an_audit_says_which_rows_after_the_last_sealed_day_were_not_judged(
    history: NeverTakenIn, tmp_path: Path
) -> None:
    history.give_up()
    report = audit(archive(history.scribe.logs, tmp_path), KEYS, lambda *_: None, 1)
    after = {(one.service, one.judged) for one in report.beyond}
    assert after == {("adjudication", False)}
    told = Console(file=StringIO(), width=200)
    tell(report, told)
    assert "were not judged: only their chain was checked" in told.file.getvalue()  # type: ignore[attr-defined]


def test_rows_after_the_last_sealed_day_of_whole_logs_were_judged_but_no_seal_covers_them(
    history: NeverTakenIn,
) -> None:
    history.give_up()
    report = audit(history.scribe.logs, KEYS, lambda *_: None, 1)
    assert {(one.service, one.judged) for one in report.beyond} == {("enrollment", True), ("adjudication", True)}
    rows = history.scribe.logs.rows
    cut = {(one["service"], one["shard"]): one["rows"] for one in report.as_json()["after_the_last_seal"]}
    for (service, shard), after in cut.items():
        assert b'"kind":"DayEnded"' in rows[service, shard][-after - 1]


def test_a_row_whose_body_is_no_object_is_named_and_ends_no_audit(history: NeverTakenIn, tmp_path: Path) -> None:
    history.give_up()
    source, shard = archive(history.scribe.logs, tmp_path), history.parked.shard
    lines = [*source.lines("adjudication", shard)]
    ended = next(line for line in lines if b'"kind":"DayEnded"' in line)
    tampered = orjson.dumps(orjson.loads(ended) | {"body": []})
    put(tmp_path, "adjudication", shard, [tampered if line == ended else line for line in lines])
    assert any("the line cannot be read" in one for one in said(source))
