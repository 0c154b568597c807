"""The keys of a service: the public ones (JWKS) that callers' tokens are signed with, and none of development."""

import json
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

DEVELOPMENT_PREFIX = "dev-"
"""The key ids of the embedded stack's own issuer begin so; production refuses them."""

DEVELOPMENT_SEAL = b"claims-ledger development seal key\n"
"""What the seal key of the embedded stack begins with; production refuses it."""


class KeysError(Exception):
    """The key file cannot be used; the message says why."""


def read_keys(file: Path, *, development: bool) -> KeySet:
    """Read a JWKS file of Ed25519 public keys, each with a key id.

    Raises ``KeysError``: no such file, not a JWKS, another kind of key, a private key, or a
    development key where ``development`` is false.
    """
    try:
        keys = [OKPKey.import_key(entry) for entry in json.loads(file.read_bytes())["keys"]]
    except OSError as error:
        raise KeysError(f"the key file {file} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, JoseError):
        raise KeysError(f"the key file {file} is not a JWKS of Ed25519 keys") from None
    for key in keys:
        _check(key, file, development=development)
    if not keys:
        raise KeysError(f"the key file {file} holds no key")
    return KeySet(list(keys))


def refuse_development_seal(file: Path) -> None:
    """See that a seal key is not one of the embedded stack. Raises ``KeysError``."""
    if file.is_file() and file.read_bytes().startswith(DEVELOPMENT_SEAL):
        raise KeysError(f"the seal key {file} is one of the embedded stack; production needs a key of its own")


def _check(key: OKPKey, file: Path, *, development: bool) -> None:
    if key.curve_name != "Ed25519":
        raise KeysError(f"the key file {file} holds a key of curve {key.curve_name}; only Ed25519 is used")
    if key.is_private:
        raise KeysError(f"the key file {file} holds a private key; only public keys belong there")
    if not key.kid:
        raise KeysError(f"the key file {file} holds a key without a key id (kid)")
    if key.kid.startswith(DEVELOPMENT_PREFIX) and not development:
        raise KeysError(
            f"the key file {file} holds the development key {key.kid}; "
            "production needs the keys of the real token issuer"
        )
