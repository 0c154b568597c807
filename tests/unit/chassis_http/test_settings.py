"""A service says in one sentence each what it lacks, and does not start in production with development keys."""

import json
from pathlib import Path

import pytest
from joserfc.jwk import KeySet, OctKey, OKPKey

from services.chassis.settings import SettingsError, load_settings
from services.chassis.tokens import Issuer
from services.cli.agency import make_seal_key
from services.ledger.signing import SealKey


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    given = {
        "SERVICE": "payment",
        "DATABASE_URL": "postgresql://payment:hunter2@localhost/payment",
        "MIGRATION_URL": "postgresql://payment_owner:hunter2@localhost/payment",
        "KAFKA": "localhost:9092",
        "HTTP_PORT": "8003",
        "JWKS_FILE": str(Issuer.open(tmp_path).jwks_file),
        "SERVICE_TOKEN_FILE": str(tmp_path / "token"),
        "FEEDS": '{"adjudication": "http://localhost:8002", "ledger": "http://localhost:8004"}',
        "FIRST_BUSINESS_DAY": "2017-03-01",
        "ENVIRONMENT": "development",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"CLAIMS_{name}", value)
    return monkeypatch


def complaint() -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


def test_settings_come_from_the_environment(environment: pytest.MonkeyPatch) -> None:
    assert load_settings().feeds == {"adjudication": "http://localhost:8002", "ledger": "http://localhost:8004"}


def test_what_is_missing_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("CLAIMS_KAFKA")
    assert complaint() == "CLAIMS_KAFKA is not set: host:port of the brokers, comma-separated."


def test_all_that_is_missing_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("CLAIMS_KAFKA")
    environment.delenv("CLAIMS_DATABASE_URL")
    assert [line.split()[0] for line in complaint().splitlines()] == ["CLAIMS_DATABASE_URL", "CLAIMS_KAFKA"]


def test_what_cannot_be_used_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CLAIMS_HTTP_PORT", "99999")
    assert complaint().startswith("CLAIMS_HTTP_PORT cannot be used")


def test_a_feed_that_the_service_reads_must_be_known(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CLAIMS_FEEDS", "{}")
    assert complaint() == "CLAIMS_FEEDS does not say where the feed of adjudication, ledger is"


def test_passwords_are_not_shown(environment: pytest.MonkeyPatch) -> None:
    assert "hunter2" not in repr(load_settings())


def test_passwords_are_not_shown_in_a_complaint(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CLAIMS_HTTP_PORT", "99999")
    assert "hunter2" not in complaint()


def test_production_is_meant_where_nothing_is_said(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("CLAIMS_ENVIRONMENT")
    assert "development key" in complaint()


def test_production_refuses_the_seal_key_of_the_embedded_stack(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_seal_key(tmp_path / "seal.pem", tmp_path / "seal.pub.pem")
    issued = KeySet([OKPKey.generate_key("Ed25519", {"kid": "agency-2017"})])
    (tmp_path / "jwks.json").write_text(json.dumps(issued.as_dict(private=False)))
    environment.setenv("CLAIMS_SIGNING_KEY_FILE", str(tmp_path / "seal.pem"))
    environment.setenv("CLAIMS_ENVIRONMENT", "production")
    assert "is one of the embedded stack" in complaint()


def test_the_seal_key_of_the_embedded_stack_seals_in_development(tmp_path: Path) -> None:
    make_seal_key(tmp_path / "seal.pem", tmp_path / "seal.pub.pem")
    assert SealKey(tmp_path / "seal.pem").signer.public_pem() == (tmp_path / "seal.pub.pem").read_text()


@pytest.mark.parametrize(
    "jwks, why",
    [
        ("{}", "is not a JWKS of Ed25519 keys"),
        ("nonsense", "is not a JWKS of Ed25519 keys"),
        ('{"keys": []}', "holds no key"),
        (json.dumps({"keys": [OctKey.generate_key(256).as_dict()]}), "is not a JWKS of Ed25519 keys"),
        (json.dumps(KeySet([OKPKey.generate_key("Ed448")]).as_dict(private=False)), "Ed448"),
        (json.dumps({"keys": [OKPKey.generate_key("Ed25519", {"kid": "a"}).as_dict(private=True)]}), "private key"),
        (json.dumps({"keys": [OKPKey.generate_key("Ed25519").as_dict(private=False)]}), "without a key id"),
    ],
    ids=["no set", "no JSON", "no key", "a shared secret", "another curve", "a private key", "no key id"],
)
def test_a_key_file_that_cannot_be_trusted_is_refused(
    environment: pytest.MonkeyPatch, tmp_path: Path, jwks: str, why: str
) -> None:
    (tmp_path / "jwks.json").write_text(jwks)
    assert why in complaint()


def test_a_key_file_that_is_absent_is_named(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "jwks.json").unlink()
    assert "jwks.json cannot be read" in complaint()
