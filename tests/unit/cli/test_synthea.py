"""A Synthea export is played whole: every claim of it is handed in, and every fen is borne by somebody."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from services.cli.audit.replay import Report, audit
from services.cli.demo.scenario import Scenario
from services.cli.demo.synthea import ExportError, synthea
from tests.unit.cli.audit.books import KEYS
from tests.unit.cli.audit.history import History

PERSONS, CLAIMS, BILLED = 11, 561, 121_986_722
"""What the published export holds; fen."""


@pytest.fixture(scope="module")
def played(shared_data: Path) -> Scenario:
    return synthea(shared_data / "synthea")


@pytest.fixture(scope="module")
def audited(played: Scenario) -> Report:
    """What an auditor says of the export's years, before the claims that wait for a person are reviewed."""
    history = History(played)
    history.write()
    return audit(history.scribe.logs, KEYS, lambda *_: None)


def test_every_person_and_every_claim_of_the_export_is_played(played: Scenario) -> None:
    claims = [claim["claim"] for day in played.days for claim in played.claims[day]]

    assert len({person["person"] for person in played.persons}) == PERSONS
    assert (len(claims), len(set(claims))) == (CLAIMS, CLAIMS)


def test_no_claim_is_handed_in_before_the_person_was_treated(played: Scenario) -> None:
    early = [c["claim"] for day in played.days for c in played.claims[day] if date.fromisoformat(str(c["on"])) > day]

    assert early == []


def test_every_claim_of_the_export_is_decided(audited: Report) -> None:
    assert (audited.differences, audited.outcomes.total()) == (0, CLAIMS)


def test_every_fen_that_the_export_bills_is_borne_by_somebody(audited: Report) -> None:
    totals = audited.totals

    assert totals["billed"] == totals["fund"] + totals["hospital"] + totals["person"] == BILLED


def copied(shared_data: Path, place: Path) -> Path:
    """Copy the export, so that it can be spoiled; the published one may not be writable."""
    return shutil.copytree(shared_data / "synthea", place / "synthea", copy_function=shutil.copyfile)


def test_an_export_that_lacks_a_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"claims\.csv is not there"):
        synthea(tmp_path)


def test_an_export_that_lacks_a_column_is_refused_by_its_name(shared_data: Path, tmp_path: Path) -> None:
    export = copied(shared_data, tmp_path)
    (export / "claims.csv").write_text("Id,PATIENTID\n1,2\n")

    with pytest.raises(ExportError, match="SERVICEDATE"):
        synthea(export)


def test_an_export_with_a_day_that_cannot_be_read_is_refused(shared_data: Path, tmp_path: Path) -> None:
    export = copied(shared_data, tmp_path)
    file = export / "payer_transitions.csv"
    file.write_text(file.read_text("utf8").replace("2013-03-22", "22.3.2013", 1), "utf8")

    with pytest.raises(ExportError, match=r"cannot be read: .*22\.3\.2013"):
        synthea(export)


def test_an_export_that_goes_on_after_the_last_day_is_refused(shared_data: Path, tmp_path: Path) -> None:
    export = copied(shared_data, tmp_path)
    file = export / "claims.csv"
    file.write_text(file.read_text("utf8").replace("2014-05-06T08:34:30Z", "2031-05-06T08:34:30Z"), "utf8")

    with pytest.raises(ExportError, match="the last day that is played"):
        synthea(export)
