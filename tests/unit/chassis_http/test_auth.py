"""Only a caller with a valid token of the right issuer, and with the right role, gets through."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.chassis.auth import require
from services.chassis.settings import Settings
from services.chassis.tokens import Issuer
from tests.unit.chassis_http.front import bearer

FORM = {"claim": "C-1", "lines": [{"item": "X1", "amount": 100}]}


@pytest.fixture
def key(tmp_path: Path, issuer: Issuer) -> OKPKey:
    return OKPKey.import_key(json.loads((tmp_path / "keys" / "issuer.json").read_text()))


@pytest.fixture
def forge(key: OKPKey) -> Callable[..., str]:
    """Signs what an honest issuer would not, with the honest issuer's key."""

    def sign(header: dict[str, Any] | None = None, **changed: Any) -> str:
        claims = {
            "iss": "claims-ledger",
            "aud": "claims-ledger",
            "sub": "li.si",
            "roles": ["clerk"],
            "exp": int(time.time()) + 60,
        }
        kept = {name: value for name, value in (claims | changed).items() if value is not None}
        return jwt.encode(header or {"alg": "Ed25519", "kid": key.kid}, kept, key, algorithms=["Ed25519"])

    return sign


def _encoded(part: dict[str, Any]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")


async def status(door: httpx.AsyncClient, token: str) -> tuple[int, str]:
    answer = await door.post("/forms", json=FORM, headers=bearer(token))
    return answer.status_code, answer.json().get("code", "")


async def test_a_token_of_the_issuer_lets_its_actor_in(door: httpx.AsyncClient, issuer: Issuer) -> None:
    answer = await door.post("/forms", json=FORM, headers=bearer(issuer.token("zhang.san", ["provider"])))
    assert answer.json()["actor"] == "zhang.san"


async def test_nobody_gets_in_without_a_token(door: httpx.AsyncClient) -> None:
    answer = await door.post("/forms", json=FORM)
    assert (answer.status_code, answer.json()["code"]) == (401, "NO_TOKEN")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_another_role_is_forbidden(door: httpx.AsyncClient, issuer: Issuer) -> None:
    assert await status(door, issuer.token("li.si", ["auditor"])) == (403, "WRONG_ROLE")


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": int(time.time()) - 3_600},
        {"exp": None},
        {"nbf": int(time.time()) + 3_600},
        {"iss": "somebody else"},
        {"iss": None},
        {"aud": "another system"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "two\nlines"},
        {"sub": "x" * 65},
        {"roles": None},
        {"roles": "clerk"},
        {"roles": [7]},
        {"person": 34070600000001},
        {"person": ""},
        {"person": "two words"},
        {"person": "x" * 65},
        {"more": "x" * 4_096},
    ],
)
async def test_a_token_with_a_wrong_claim_is_not_accepted(
    door: httpx.AsyncClient, forge: Callable[..., str], changed: dict[str, Any]
) -> None:
    assert await status(door, forge(**changed)) == (401, "BAD_TOKEN")


async def test_the_forger_is_honest_when_nothing_is_changed(door: httpx.AsyncClient, forge: Callable[..., str]) -> None:
    assert await status(door, forge()) == (201, "")


async def test_a_token_that_does_not_name_its_key_is_not_accepted(
    door: httpx.AsyncClient, forge: Callable[..., str]
) -> None:
    assert await status(door, forge({"alg": "Ed25519"})) == (401, "BAD_TOKEN")


async def test_a_token_of_another_key_is_not_accepted(door: httpx.AsyncClient, tmp_path: Path) -> None:
    stranger = Issuer.open(tmp_path / "stranger")
    assert await status(door, stranger.token("li.si", ["clerk"])) == (401, "BAD_TOKEN")


async def test_the_public_key_used_as_a_shared_secret_is_not_accepted(door: httpx.AsyncClient, key: OKPKey) -> None:
    now = int(time.time())
    claims = {"iss": "claims-ledger", "aud": "claims-ledger", "sub": "li.si", "roles": ["clerk"], "exp": now + 60}
    signed = b".".join(_encoded(part) for part in ({"alg": "HS256", "kid": key.kid}, claims))
    mac = hmac.digest(key.as_pem(private=False), signed, "sha256")
    forged = b".".join((signed, base64.urlsafe_b64encode(mac).rstrip(b"="))).decode()
    assert await status(door, forged) == (401, "BAD_TOKEN")


@pytest.mark.parametrize("token", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "é", "x" * 100_000])
async def test_what_is_no_token_is_not_accepted(door: httpx.AsyncClient, token: str) -> None:
    headers = {"authorization": f"Bearer {token}".encode()}
    answer = await door.post("/forms", json=FORM, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "BAD_TOKEN")


async def test_keys_are_read_again_when_their_file_changes(
    door: httpx.AsyncClient, issuer: Issuer, tmp_path: Path
) -> None:
    old, successor = issuer.token("li.si", ["clerk"]), Issuer.open(tmp_path / "successor")
    assert await status(door, old) == (201, "")
    successor.jwks_file.replace(issuer.jwks_file)
    assert await status(door, successor.token("li.si", ["clerk"])) == (201, "")
    assert await status(door, old) == (401, "BAD_TOKEN")


async def test_without_keys_nobody_is_let_in_and_the_caller_may_try_later(
    door: httpx.AsyncClient, issuer: Issuer
) -> None:
    token = issuer.token("li.si", ["clerk"])
    assert await status(door, token) == (201, "")
    issuer.jwks_file.unlink()
    assert await status(door, token) == (503, "NO_KEYS")


def test_a_route_cannot_ask_for_a_role_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="clark"):
        require("clark")


def test_the_issuer_keeps_its_key(tmp_path: Path, settings: Settings) -> None:
    before = (tmp_path / "keys" / "issuer.json").read_text()
    Issuer.open(tmp_path / "keys")
    assert (tmp_path / "keys" / "issuer.json").read_text() == before


def test_the_secret_key_is_for_its_owner_only(tmp_path: Path, issuer: Issuer) -> None:
    assert (tmp_path / "keys" / "issuer.json").stat().st_mode & 0o077 == 0
