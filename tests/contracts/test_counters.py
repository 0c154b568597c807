"""The counters of the four services keep what their OpenAPI documents promise, whatever is sent."""

import asyncio
import importlib
import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import schemathesis
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as thoroughness
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from contracts.topics import SERVICES, Service
from deploy.embedded.places import free_port
from services.chassis.auth import ROLES
from services.chassis.errors import ProblemDocument
from services.chassis.problems import MEDIA_TYPE
from services.chassis.service import running
from services.chassis.settings import Settings
from services.chassis.telemetry import configure_logging
from services.chassis.tokens import Issuer
from services.cli.schemas import counter
from tests import templates

OPEN_TO_ALL = frozenset({"/livez", "/readyz"})
FILES = frozenset({"/bank-returns", "/statements"})
EXAMPLES = 6
START_SECONDS = 180


@schemathesis.serializer("application/x-ndjson")
def _as_lines(context: schemathesis.SerializationContext, value: Any) -> bytes:
    rows = value if isinstance(value, list) else [value]
    return b"\n".join(orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS) for row in rows)


def refusals_are_problem_documents(
    context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    if 400 <= response.status_code < 500:
        assert response.headers["content-type"] == [MEDIA_TYPE]
        ProblemDocument.model_validate_json(response.content)


PROMISES = [
    not_a_server_error,
    refusals_are_problem_documents,
    content_type_conformance,
    response_schema_conformance,
]

EACH = pytest.mark.parametrize("name", SERVICES)


@EACH
async def test_nobody_passes_a_counter_without_a_token(name: Service) -> None:
    app = counter(name)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://counter") as client:
        passed = [
            (method, path)
            for path, operations in app.openapi()["paths"].items()
            for method in operations
            if path not in OPEN_TO_ALL and (await client.request(method, path)).status_code != 401
        ]
    assert passed == []


@EACH
def test_every_write_of_a_counter_that_takes_lines_or_a_file_is_described_with_its_body(name: Service) -> None:
    unspoken = [
        path
        for path, operations in counter(name).openapi()["paths"].items()
        if (path.endswith("/bulk") or path in FILES) and "requestBody" not in operations["post"]
    ]
    assert unspoken == []


@EACH
def test_every_answer_of_a_counter_is_described(name: Service) -> None:
    unspoken = [
        (method, path, status)
        for path, operations in counter(name).openapi()["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        for content in answer.get("content", {None: {"schema": {}}}).values()
        if not content["schema"] or content["schema"].get("additionalProperties") is True
    ]
    assert unspoken == []


@EACH
def test_a_counter_keeps_its_promises_whatever_is_sent(
    name: Service, postgres: str, kafka: str, tmp_path: Path
) -> None:
    issuer = Issuer.open(tmp_path / "keys")
    token = {"Authorization": f"Bearer {issuer.token('wang.wu', ROLES)}"}
    with _service(name, postgres, kafka, issuer, tmp_path) as url:
        document = schemathesis.openapi.from_url(f"{url}/openapi.json")
        broken = [fault for operation in document.get_all_operations() if (fault := _probe(operation.ok(), token))]
    assert not broken, "\n\n".join(broken)


def _probe(operation: schemathesis.APIOperation, token: dict[str, str]) -> str | None:
    """Send an operation all kinds of things; give the first promise that it broke."""

    @thoroughness(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def keeps_its_promises(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=token, checks=PROMISES)

    try:
        keeps_its_promises()
    except (FailureGroup, AssertionError) as broken:
        return f"{operation.label}: {broken}"
    return None


@contextmanager
def _service(name: Service, postgres: str, kafka: str, issuer: Issuer, place: Path) -> Iterator[str]:
    """Run a service on a database of its own, in a thread of its own, while the block lasts; give its URL."""
    with ExitStack() as stack:
        database = asyncio.run(templates.empty(postgres, name))
        (place / "token").write_text(issuer.token(f"service:{name}", ["service"]))
        (place / "seal.pem").write_bytes(
            Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        settings = Settings(
            service=name,
            database_url=database.url,
            migration_url=database.migration_url,
            kafka=kafka,
            http_port=free_port(),
            jwks_file=issuer.jwks_file,
            service_token_file=place / "token",
            feeds=dict.fromkeys(SERVICES, "http://127.0.0.1:1"),
            first_business_day=date(2017, 3, 1),
            signing_key_file=place / "seal.pem",
            environment="development",
        )
        stack.enter_context(_its_logging(settings))
        started, stop = threading.Event(), asyncio.Event()

        async def run() -> None:
            async with running(importlib.import_module(f"services.{name}.__main__").SERVICE, settings):
                started.set()
                await stop.wait()

        runner = stack.enter_context(asyncio.Runner())
        thread = threading.Thread(target=runner.run, args=(run(),))
        thread.start()
        stack.callback(thread.join)
        stack.callback(runner.get_loop().call_soon_threadsafe, stop.set)
        assert started.wait(START_SECONDS), "the service did not start"
        yield f"http://127.0.0.1:{settings.http_port}"


@contextmanager
def _its_logging(settings: Settings) -> Iterator[None]:
    """Log as a service does."""
    root = logging.getLogger()
    handlers, level, before = list(root.handlers), root.level, structlog.get_config()
    configure_logging(settings)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()
