"""The descriptions of a deployment say the same as the code: variables, topics, ports, versions, metrics."""

import re
import tomllib
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from contracts.topics import SERVICES
from deploy.embedded import jars
from services.chassis import metrics
from services.chassis.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERIES = re.compile(r"claims_\w+")
ENDINGS = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}


def _documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text()))


def _literals() -> dict[str, str]:
    (generator,) = _documents("kustomization.yaml")[0]["configMapGenerator"]
    return dict(literal.split("=", 1) for literal in generator["literals"])


def _deployment(service: str) -> dict[str, Any]:
    (found,) = (
        document
        for document in _documents("services.yaml")
        if document["kind"] == "Deployment" and document["metadata"]["name"] == service
    )
    return found["spec"]["template"]["spec"]["containers"][0]


def _given_by_kubernetes(service: str) -> dict[str, str]:
    own = {item["name"]: item["value"] for item in _deployment(service)["env"]}
    secret = {"CLAIMS_DATABASE_URL": "of the secret", "CLAIMS_MIGRATION_URL": "of the secret"}
    return _literals() | own | secret


def _given_by_compose(service: str) -> dict[str, str]:
    return COMPOSE["services"][service]["environment"]


KNOWN = {PREFIX + name.upper() for name in Settings.model_fields}
REQUIRED = {PREFIX + name.upper() for name, field in Settings.model_fields.items() if field.is_required()}


@pytest.mark.parametrize("given", [_given_by_compose, _given_by_kubernetes])
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_all_that_it_must_know_and_nothing_that_it_does_not(service, given) -> None:
    assert given(service).keys() >= REQUIRED
    assert given(service).keys() <= KNOWN


@pytest.mark.parametrize("given", [_given_by_compose, _given_by_kubernetes])
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_the_one_that_it_is_called_and_serves_the_port_that_the_others_ask(service, given) -> None:
    told = given(service)
    assert told["CLAIMS_SERVICE"] == service
    port = told["CLAIMS_HTTP_PORT"]
    assert orjson.loads(told["CLAIMS_FEEDS"]) == {name: f"http://{name}:{port}" for name in SERVICES}


@pytest.mark.parametrize("service", SERVICES)
def test_both_descriptions_run_the_module_of_the_service(service) -> None:
    command = ["python", "-m", f"services.{service}"]
    assert COMPOSE["services"][service]["command"] == command
    assert _deployment(service)["command"] == command


def test_only_the_ledger_has_the_key_that_seals() -> None:
    holders = [name for name in SERVICES if "CLAIMS_SIGNING_KEY_FILE" in _given_by_compose(name)]
    assert holders == ["ledger"]
    assert [name for name in SERVICES if "seal" in COMPOSE["services"][name]["secrets"]] == ["ledger"]


@pytest.mark.parametrize("service", SERVICES)
def test_the_roles_that_compose_makes_are_those_that_the_services_use(service) -> None:
    made = COMPOSE["services"]["provision"]["environment"]
    used = _given_by_compose(service)
    for kind in ("DATABASE_URL", "MIGRATION_URL"):
        assert made[f"CLAIMS_{service.upper()}_{kind}"] == used[f"CLAIMS_{kind}"]


def test_the_probes_ask_the_port_that_the_service_serves() -> None:
    (common,) = _documents("common.yaml")
    container = common["spec"]["template"]["spec"]["containers"][0]
    assert container["ports"] == [{"name": "http", "containerPort": int(_literals()["CLAIMS_HTTP_PORT"])}]
    assert container["livenessProbe"]["httpGet"] == {"path": "/livez", "port": "http"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}


def test_compose_runs_the_kafka_that_is_embedded() -> None:
    version = jars.ROOTS[0].rpartition(":")[2]
    images = {COMPOSE["services"][f"kafka-{node}"]["image"] for node in (1, 2, 3)}
    assert images == {f"apache/kafka:{version}"}


def test_the_image_and_the_makefile_take_the_same_uv() -> None:
    pins = {
        pin
        for file in ("deploy/Dockerfile", "deploy/environment.sh")
        for pin in re.findall(r"uv==[\d.]+", (ROOT / file).read_text())
    }
    assert len(pins) == 1


def test_the_image_has_a_python_that_the_project_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    images = re.findall(r"^FROM python:([\d.]+)-slim", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert images == [project["requires-python"].removeprefix(">=")] * 2


def test_prometheus_asks_every_service() -> None:
    (job,) = yaml.safe_load((DEPLOY / "observability/prometheus.yaml").read_text())["scrape_configs"]
    assert job["static_configs"][0]["targets"] == [f"{name}:8000" for name in SERVICES]


def test_alerts_and_dashboard_speak_of_metrics_that_exist() -> None:
    known = {
        family.name + ending
        for counted in vars(metrics).values()
        if isinstance(counted, MetricWrapperBase)
        for family in counted.describe()
        for ending in ENDINGS[family.type]
    }
    asked = {
        series
        for file in ("alerts.yaml", "dashboard.json")
        for series in SERIES.findall((DEPLOY / "observability" / file).read_text())
    }
    assert asked
    assert asked <= known
