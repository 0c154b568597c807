"""The log is one JSON object per line, and personal data never stands in it."""

import importlib
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from services.chassis.settings import Settings
from services.chassis.telemetry import HIDDEN, TALKATIVE, configure_logging

Written = Callable[[Callable[[], object]], list[dict[str, Any]]]


@pytest.fixture
def written(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """Gives the lines that a piece of work writes in a service."""
    root = logging.getLogger()
    handlers, level, before = list(root.handlers), root.level, structlog.get_config()

    def lines(work: Callable[[], object]) -> list[dict[str, Any]]:
        configure_logging(settings)
        work()
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    yield lines
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()


def test_a_line_says_what_happened_and_in_which_service(written: Written) -> None:
    (line,) = written(lambda: structlog.get_logger().info("enrolled", person="P-1"))
    assert (line["event"], line["person"], line["service"], line["level"]) == ("enrolled", "P-1", "enrollment", "info")


def test_a_library_writes_in_the_same_form(written: Written) -> None:
    (line,) = written(lambda: logging.getLogger("uvicorn.error").warning("slow %s", "client"))
    assert (line["event"], line["logger"], line["level"]) == ("slow client", "uvicorn.error", "warning")


@pytest.mark.parametrize("library", TALKATIVE)
def test_a_library_with_a_form_of_its_own_writes_in_ours(written: Written, library: str) -> None:
    importlib.import_module(library)
    (line,) = written(lambda: logging.getLogger(library).warning("slow"))
    assert (line["event"], line["logger"]) == ("slow", library)


def test_personal_data_is_hidden_however_deep(written: Written) -> None:
    payee = {"accounts": [{"account_number": "62"}]}
    (line,) = written(lambda: structlog.get_logger().info("changed", certno="340706", payee=payee))
    assert (line["certno"], line["payee"]) == (HIDDEN, {"accounts": [{"account_number": HIDDEN}]})


def test_personal_data_in_the_extras_of_a_library_is_hidden(written: Written) -> None:
    (line,) = written(lambda: logging.getLogger("library").warning("seen", extra={"phone": "13800000000"}))
    assert line["phone"] == HIDDEN


def test_a_failure_is_one_line_too(written: Written) -> None:
    failure = RuntimeError("broken")
    (line,) = written(lambda: structlog.get_logger().error("failed", exc_info=failure))
    assert "RuntimeError: broken" in line["exception"]


def test_what_is_below_the_level_is_not_written(written: Written) -> None:
    assert written(lambda: structlog.get_logger().debug("detail")) == []
