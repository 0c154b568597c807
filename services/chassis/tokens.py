"""The token issuer of the embedded stack: for a laptop and for tests, refused by any production service."""

import json
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from services.chassis.auth import ROLES
from services.chassis.keys import DEVELOPMENT_PREFIX

ISSUER = AUDIENCE = "claims-ledger"
WORKING_DAY_HOURS = 12


class Issuer:
    """Signs tokens with a key of its own; ``jwks_file`` holds the public half."""

    def __init__(self, key: OKPKey, jwks_file: Path) -> None:
        self._key = key
        self.jwks_file = jwks_file

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Take the development key of ``directory``, made there the first time and readable by its owner only."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = directory / "issuer.json"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(json.dumps(_new_key().as_dict(private=True)))
        key = OKPKey.import_key(json.loads(secret.read_text()))
        jwks_file = directory / "jwks.json"
        jwks = json.dumps(KeySet([key]).as_dict(private=False))
        if not jwks_file.exists() or jwks_file.read_text() != jwks:
            jwks_file.write_text(jwks)
        return cls(key, jwks_file)

    def token(self, actor: str, roles: Iterable[str], hours: int = WORKING_DAY_HOURS, person: str | None = None) -> str:
        """Sign a token for ``actor`` with ``roles``, good for ``hours``. Raises ``ValueError`` for an unknown role.

        ``person`` is their own number as an insured person, None where they are none or it is not known.
        """
        held = sorted(set(roles))
        if unknown := set(held) - ROLES:
            raise ValueError(f"not a role: {', '.join(sorted(unknown))}; the roles are {', '.join(sorted(ROLES))}")
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": actor,
            "roles": held,
            "iat": now,
            "exp": now + hours * 3_600,
        }
        if person is not None:
            claims["person"] = person
        return jwt.encode({"alg": "Ed25519", "kid": self._key.kid}, claims, self._key, algorithms=["Ed25519"])


def _new_key() -> OKPKey:
    kid = DEVELOPMENT_PREFIX + secrets.token_hex(8)
    return OKPKey.generate_key("Ed25519", parameters={"kid": kid, "use": "sig"}, private=True)
