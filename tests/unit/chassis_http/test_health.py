"""Health means progress: a service with a dead, hanging or failing part does not look well."""

import time
from collections.abc import AsyncIterator

import httpx
import pytest

from services.chassis.health import STUCK_SECONDS, health
from services.chassis.http import build_app
from services.chassis.progress import Progress
from services.chassis.settings import Settings
from services.chassis.unit import Log


@pytest.fixture
def progress() -> Progress:
    made = Progress()
    made.worker("relay", lambda: True)
    made.worker("consumer", lambda: True)
    return made


@pytest.fixture
async def service(log: Log, progress: Progress, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = build_app(settings, [health(log, progress)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        yield client


async def test_a_service_whose_parts_all_move_is_alive(service: httpx.AsyncClient) -> None:
    assert (await service.get("/livez")).status_code == 200


async def test_a_service_whose_parts_all_move_is_ready(service: httpx.AsyncClient) -> None:
    answer = await service.get("/readyz")
    assert (answer.status_code, answer.json()["business_date"]) == (200, "2017-03-01")


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
async def test_a_part_that_has_ended_is_named(service: httpx.AsyncClient, progress: Progress, path: str) -> None:
    progress.worker("day", lambda: False)
    answer = await service.get(path)
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["the day has ended"])


async def test_a_part_that_hangs_is_named(service: httpx.AsyncClient, progress: Progress) -> None:
    progress.workers["consumer"].last_success = time.monotonic() - STUCK_SECONDS - 1
    answer = await service.get("/livez")
    assert answer.status_code == 503
    assert answer.json()["reasons"][0].startswith("the consumer has not moved for")


async def test_a_part_that_fails_makes_the_service_not_ready(service: httpx.AsyncClient, progress: Progress) -> None:
    progress.workers["relay"].failed(ConnectionError("to the broker"))
    answer = await service.get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["the relay fails: ConnectionError"])


async def test_a_part_that_fails_and_tries_again_needs_no_restart(
    service: httpx.AsyncClient, progress: Progress
) -> None:
    progress.workers["relay"].failed(ConnectionError("to the broker"))
    assert (await service.get("/livez")).status_code == 200


async def test_a_failure_is_over_with_the_next_success(service: httpx.AsyncClient, progress: Progress) -> None:
    progress.workers["relay"].failed(ConnectionError("to the broker"))
    progress.workers["relay"].succeeded()
    assert (await service.get("/readyz")).status_code == 200


async def test_the_text_of_a_failure_is_not_shown_to_everybody(service: httpx.AsyncClient, progress: Progress) -> None:
    progress.workers["relay"].failed(ValueError("Key (certno)=(340706195804170012) already exists"))
    assert "340706195804170012" not in (await service.get("/readyz")).text


async def test_a_forked_source_makes_the_service_not_ready(service: httpx.AsyncClient, progress: Progress) -> None:
    progress.forks["enrollment"] = "shard 3, event 7"
    answer = await service.get("/readyz")
    assert answer.json()["reasons"] == ["the history of enrollment has forked: shard 3, event 7"]


async def test_a_database_that_is_away_makes_the_service_not_ready(service: httpx.AsyncClient, log: Log) -> None:
    log.pool.set_connect_args(dsn="postgresql://nobody@127.0.0.1:1/nothing")
    await log.pool.expire_connections()
    answer = await service.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"][0].startswith("the database does not answer")


async def test_lag_is_told_per_source_and_shard(service: httpx.AsyncClient, progress: Progress) -> None:
    progress.saw("enrollment", 3, 10)
    progress.took("enrollment", 3, 4)
    progress.saw("enrollment", 3, 10)
    assert (await service.get("/readyz")).json()["lag"]["enrollment"] == [0, 0, 0, 6] + [0] * 12
