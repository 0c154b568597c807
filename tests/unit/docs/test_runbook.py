"""The runbook tells an operator only of what exists: commands, routes, alerts, refusals, settings."""

import re
import shlex
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import yaml

from contracts.topics import SERVICES, Service
from services.chassis.settings import PREFIX, Settings
from services.cli.app import COMMANDS, load
from services.cli.schemas import counter
from tests.unit.docs.pages import ROOT, blocks, links, page, rows, spans

RUNBOOK = page("docs/runbook.md")
SPANS = spans(RUNBOOK)
ROUTE = re.compile(rf"(?:({'|'.join(SERVICES)}) )?(GET|POST|PUT) (/\S*)")


def commands() -> list[str]:
    """Give every call of ``claims`` on the page."""
    lines = [line for _, block in blocks(RUNBOOK) for line in block.splitlines()]
    return sorted({text for text in (*SPANS, *lines) if text.startswith("claims ")})


def routes() -> list[tuple[Service, str, str]]:
    """Give every route on the page, with its service; one without a service counts for all."""
    found = [match.groups() for span in SPANS if (match := ROUTE.fullmatch(span))]
    return sorted(
        {(one, method, path) for service, method, path in found for one in SERVICES if service in (None, one)}
    )


@cache
def offered(service: Service) -> Mapping[str, Any]:
    """Give the paths that a service answers at."""
    paths: Mapping[str, Any] = counter(service).openapi()["paths"]
    return paths


def called(line: str) -> None:
    """Follow a call of ``claims`` down to its last word. Raises ``LookupError`` where it leads nowhere."""
    _, name, *words = shlex.split(line)
    if name not in COMMANDS:
        raise LookupError(f"claims {name}")
    command: Any = load(name)
    if words and hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in parameter.opts}
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    given = [word for word in words if word.startswith("--")]
    if unknown := set(given) - options:
        raise LookupError(f"{line}: {unknown}")
    if words and words[0] not in given and not arguments:
        raise LookupError(f"{line}: takes no argument")


def refusals(*files: str) -> set[str]:
    """Give the codes that the gates of these files refuse with."""
    text = "".join(page(f"services/ledger/decide/{file}") for file in files)
    return set(re.findall(r'(?:Missing|Finding|_differences)\(\s*"([A-Z_]+)"', text))


def codes() -> set[str]:
    """Give the refusal codes that have a row of their own, with what to do."""
    firsts = " ".join(row[0] for row in rows(RUNBOOK) if len(row) == 3)
    return {code for code in re.findall(r"`([A-Z][A-Z_]+)`", firsts) if not code.startswith(PREFIX)}


@pytest.mark.parametrize("line", commands())
def test_every_command_of_the_runbook_exists(line: str) -> None:
    called(line)


@pytest.mark.parametrize("line", ["claims nothing", "claims parked nothing", "claims parked list --nothing"])
def test_a_command_that_does_not_exist_is_found_out(line: str) -> None:
    with pytest.raises(LookupError):
        called(line)


@pytest.mark.parametrize(("service", "method", "route"), routes())
def test_every_route_of_the_runbook_exists(service: Service, method: str, route: str) -> None:
    path, _, query = route.partition("?")
    operation = offered(service)[path][method.lower()]
    asked = {one.partition("=")[0] for one in query.split("&") if one}
    assert asked <= {parameter["name"] for parameter in operation.get("parameters", ())}


def test_every_refusal_of_the_gates_is_explained() -> None:
    assert refusals("gate.py", "invariants.py", "period.py") - codes() == set()


def test_every_refusal_that_is_explained_exists() -> None:
    said = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "services/ledger").rglob("*.py"))
    assert {code for code in codes() if f'"{code}"' not in said} == set()


def test_every_alert_is_explained_and_no_other() -> None:
    rules = yaml.safe_load(page("deploy/observability/alerts.yaml"))["groups"]
    alerts = {rule["alert"] for group in rules for rule in group["rules"]}
    assert set(re.findall(r"^- \*\*([A-Z]\w+[A-Z]\w+)\*\*", RUNBOOK, re.MULTILINE)) == alerts


@pytest.mark.parametrize(
    "words",
    [
        "the database does not answer",
        "no business day is open yet",
        "has ended",
        "has not moved for",
        "fails",
        "has forked",
    ],
)
def test_every_reason_of_health_is_explained_in_its_own_words(words: str) -> None:
    assert words in page("services/chassis/health.py")
    assert words in RUNBOOK


def test_every_setting_of_the_runbook_exists() -> None:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    assert {span for span in SPANS if re.fullmatch(r"CLAIMS_[A-Z_]+", span)} <= known


def test_every_metric_of_the_runbook_exists() -> None:
    assert all(
        f'"{span}"' in page("services/chassis/metrics.py") for span in SPANS if re.fullmatch(r"claims_\w+", span)
    )


def test_every_link_of_the_runbook_leads_somewhere() -> None:
    assert [target for target in links(RUNBOOK) if target and not (ROOT / "docs" / target).exists()] == []


def test_every_anchor_of_the_runbook_is_a_heading() -> None:
    headings = {line.lstrip("# ").lower().replace(" ", "-") for line in RUNBOOK.splitlines() if line.startswith("#")}
    assert set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK)) <= headings
