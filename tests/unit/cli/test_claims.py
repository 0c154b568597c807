"""The ``claims`` command teaches what it can do and loads only what is asked for."""

import importlib
import json
import socket
import subprocess
import sys
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.chassis.tokens import Issuer
from services.cli.app import COMMANDS, app, load

RUNNER = CliRunner()


def test_help_shows_every_command_with_a_line() -> None:
    shown = RUNNER.invoke(app, ["--help"], terminal_width=200, env={"COLUMNS": "200"}).output
    assert [name for name, (_, line) in COMMANDS.items() if f"{name} " not in shown or line not in shown] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_is_shown_can_be_loaded(name: str) -> None:
    assert load(name).name == name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    assert RUNNER.invoke(app, [name, "--help"]).exit_code == 0


def test_help_loads_no_command() -> None:
    program = (
        "import sys; from services.cli.app import app; app(['--help'], standalone_mode=False);"
        "print(sorted(m for m in sys.modules if m.startswith('services.')))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "['services.cli', 'services.cli.app']"


def test_an_unknown_command_is_refused_with_a_suggestion() -> None:
    done = RUNNER.invoke(app, ["adjudicat"])
    assert (done.exit_code, "adjudicate" in done.output) == (2, True)


def test_version_is_the_version_of_the_package() -> None:
    assert RUNNER.invoke(app, ["--version"]).output.strip() == importlib.metadata.version("claims-ledger")


def test_a_token_is_printed_for_a_stack_that_was_started(tmp_path: Path) -> None:
    Issuer.open(tmp_path / "keys")
    done = RUNNER.invoke(app, ["token", "--actor", "li.si", "--role", "clerk", "--state", str(tmp_path)])
    assert done.output.count(".") == 2


def test_a_token_carries_the_number_of_its_holder_where_it_is_given(tmp_path: Path) -> None:
    Issuer.open(tmp_path / "keys")
    asked = ["token", "--actor", "li.si", "--role", "clerk", "--state", str(tmp_path)]
    tokens = [RUNNER.invoke(app, [*asked, *more]).output for more in ((), ("--person", "P000001"))]
    said = [json.loads(urlsafe_b64decode(token.split(".")[1] + "==")).get("person") for token in tokens]
    assert said == [None, "P000001"]


def test_a_token_needs_a_stack_that_was_started(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["token", "--actor", "li.si", "--role", "clerk", "--state", str(tmp_path)])
    said = " ".join(done.output.replace("│", " ").split())  # a long path breaks the line in the middle
    assert (done.exit_code, "claims up" in said) == (2, True)


def test_a_token_for_an_unknown_role_is_refused(tmp_path: Path) -> None:
    Issuer.open(tmp_path / "keys")
    done = RUNNER.invoke(app, ["token", "--actor", "li.si", "--role", "king", "--state", str(tmp_path)])
    assert (done.exit_code, "not a role: king" in done.output) == (2, True)


def test_a_port_that_another_program_has_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = RUNNER.invoke(app, ["up", "--port", str(port - 1), "--state", str(tmp_path / "state")])
    said = " ".join(done.output.split())
    assert (done.exit_code, f"Port {port}, which is for adjudication, is in use" in said) == (1, True)
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    "options, said",
    [
        (["--report", "nowhere/report.json"], "there is no directory nowhere"),
        (["--input", "synthea"], "an input is written synthea:DIRECTORY"),
        (["--input", "fhir:DIR"], "an input is written synthea:DIRECTORY"),
    ],
)
def test_a_demo_that_cannot_end_well_does_not_begin(tmp_path: Path, options: list[str], said: str) -> None:
    done = RUNNER.invoke(app, ["demo", *options, "--state", str(tmp_path / "state")])
    assert (done.exit_code, said in " ".join(done.output.split())) == (2, True)
    assert not (tmp_path / "state").exists()


def test_an_export_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["demo", "--input", f"synthea:{tmp_path}", "--state", str(tmp_path / "state")])
    assert (done.exit_code, "is not there: a Synthea CSV export has it" in " ".join(done.output.split())) == (1, True)


def test_an_unknown_service_is_not_run() -> None:
    assert RUNNER.invoke(app, ["serve", "pharmacy"]).exit_code == 2


def test_a_service_that_does_not_answer_is_named() -> None:
    done = RUNNER.invoke(app, ["parked", "list", "--url", "http://127.0.0.1:1", "--token", "x"])
    assert (done.exit_code, "http://127.0.0.1:1 does not answer" in done.output) == (1, True)
