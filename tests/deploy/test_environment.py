"""Whoever cannot make the environment is told why in one sentence: no Python, no installer, no registry."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOBODY_LISTENS = "http://127.0.0.1:1/simple"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The only directory on the PATH: it holds what the script needs besides Python and uv."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("mkdir", "sed"):
        (programs / name).symlink_to(str(shutil.which(name)))
    return programs


def said(place: Path, path: str, python: Path) -> tuple[int, list[str]]:
    """Run the script in an empty directory; give its status and what it says on standard error."""
    shutil.copy(ROOT / "requirements.lock", place)
    quick = {"PIP_RETRIES": "0", "UV_HTTP_RETRIES": "0", "UV_CACHE_DIR": str(place / "cache"), "PIP_NO_CACHE_DIR": "1"}
    done = subprocess.run(
        [ROOT / "deploy/environment.sh"],
        cwd=place,
        env=quick | {"PATH": path, "PYTHON": str(python), "PIP_INDEX_URL": NOBODY_LISTENS, "HOME": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr.splitlines()


def test_a_machine_without_python_is_told_which_one_is_needed(tmp_path: Path, bare: Path) -> None:
    status, lines = said(tmp_path, str(bare), tmp_path / "no-python")
    assert (status, len(lines), lines[0].startswith("Python 3.11 or later is needed")) == (1, 1, True)


def test_a_machine_without_uv_and_pip_is_told_to_install_one(tmp_path: Path, bare: Path) -> None:
    venv.create(tmp_path / "without", with_pip=False)
    status, lines = said(tmp_path, str(bare), tmp_path / "without/bin/python")
    assert (status, len(lines), lines[0].startswith("Neither uv nor pip was found")) == (1, 1, True)


def test_a_registry_that_cannot_be_reached_is_told_in_one_sentence(tmp_path: Path) -> None:
    python = Path(sys.base_prefix) / "bin/python3"
    status, lines = said(tmp_path, os.environ["PATH"], python)
    assert (status, len(lines), lines[0].startswith("The Python package registry cannot be reached")) == (1, 1, True)
