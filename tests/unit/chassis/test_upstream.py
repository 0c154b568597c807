"""A service shows how long the token is still good that it shows to its peers."""

from pathlib import Path

import httpx
import pytest
from prometheus_client import REGISTRY

from services.chassis.metrics import SERVICE_TOKEN_SECONDS
from services.chassis.tokens import Issuer
from services.chassis.upstream import Upstream

UNTOLD = -1.0


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    return tmp_path / "token"


async def shown(file: Path) -> float | None:
    """Let a service ask a peer that is not there; give what it shows of its token."""
    SERVICE_TOKEN_SECONDS.set(UNTOLD)
    upstream = Upstream("payment", "http://127.0.0.1:9", file)
    with pytest.raises(httpx.ConnectError):
        await upstream.ends()
    await upstream.close()
    return REGISTRY.get_sample_value("claims_service_token_expires_seconds")


@pytest.fixture
def good_for_two_hours(tmp_path: Path, token_file: Path) -> Path:
    token_file.write_text(Issuer.open(tmp_path / "issuer").token("service:ledger", ["service"], hours=2))
    return token_file


@pytest.fixture(params=["", "not a token", "a.b.c"])
def unreadable(request: pytest.FixtureRequest, token_file: Path) -> Path:
    token_file.write_text(request.param)
    return token_file


async def test_the_time_that_the_token_has_left_is_shown(good_for_two_hours: Path) -> None:
    assert 3_600 < (await shown(good_for_two_hours) or 0) <= 7_200


async def test_a_token_that_nobody_can_read_is_left_to_the_peer_to_refuse(unreadable: Path) -> None:
    assert await shown(unreadable) == UNTOLD
