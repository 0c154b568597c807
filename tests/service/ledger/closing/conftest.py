"""The ledger's closing and bank side over a real PostgreSQL; what the other services say is folded in directly."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.ledger.__main__ import SERVICE
from services.ledger.publishing import publish
from tests.service.counter import opened
from tests.service.ledger.closing.given import DAY1, Office
from tests.templates import Migrated


@pytest.fixture
async def office(migrated: Migrated, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(SERVICE, migrated, tmp_path, DAY1, seal_key(tmp_path / "seal.pem")) as at:
        behind = at.runtime
        await publish(behind.log)
        yield Office(at.client, at.issuer, behind.log, at.database, at.app, behind.settings, behind.progress)


def seal_key(path: Path) -> Path:
    path.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path
