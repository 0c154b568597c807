"""Whoever asks for an archive, or an audit of the feeds, in words that mean nothing is told so."""

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from contracts.topics import SERVICES
from services.cli.archive import app as archive
from services.cli.audit.command import app as audit
from tests.unit.cli.audit.books import SIGNER

FEEDS = orjson.dumps(dict.fromkeys(SERVICES, "http://127.0.0.1:9")).decode()
TOLD = {"COLUMNS": "200"}


@pytest.mark.parametrize("period", ["2017-3", "2017-13", "2017-02-30", "20170301", "", "march"])
def test_a_period_that_is_none_is_refused(tmp_path: Path, period: str) -> None:
    asked = CliRunner().invoke(archive, [period, str(tmp_path), "--feeds", FEEDS, "--token", "x"], env=TOLD)
    assert (asked.exit_code, "is no day, month or year" in asked.output) == (2, True)


@pytest.mark.parametrize("feeds", ["nothing", "[]", '{"ledger": "http://127.0.0.1:9"}'])
def test_addresses_that_are_not_those_of_four_services_are_refused(tmp_path: Path, feeds: str) -> None:
    asked = CliRunner().invoke(archive, ["2017-03", str(tmp_path), "--feeds", feeds, "--token", "x"], env=TOLD)
    assert (asked.exit_code, "the address of every service as JSON" in asked.output) == (2, True)


def test_an_audit_of_feeds_that_nobody_can_find_is_refused(tmp_path: Path, public_key: Path) -> None:
    asked = ["--keys", str(public_key), "--feeds", "nothing", "--token-file", str(public_key)]
    told = CliRunner().invoke(audit, asked, env=TOLD)
    assert (told.exit_code, "the address of every service as JSON" in told.output) == (2, True)


@pytest.fixture
def public_key(tmp_path: Path) -> Path:
    path = tmp_path / "seal.pub.pem"
    path.write_text(SIGNER.public_pem())
    return path
