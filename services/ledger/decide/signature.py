"""签名: Ed25519 keys of the seals, named by what they are (kid), so that keys can change and old seals stay good."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_END = b"-----END PUBLIC KEY-----"


class KeyFileError(ValueError):
    """A key file that holds no usable Ed25519 key."""


class Signer(NamedTuple):
    """The private key that seals are signed with now."""

    kid: str
    key: Ed25519PrivateKey

    def sign(self, data: bytes) -> str:
        """Sign: 64 bytes, hex. The same data and key always give the same signature."""
        return self.key.sign(data).hex()

    def public_pem(self) -> str:
        """Give the public half, to be handed to whoever wants to check."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def kid_of(key: Ed25519PublicKey) -> str:
    """Name a key: the first 16 hex digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def signer_from(pem: bytes) -> Signer:
    """Read a private key (PEM, PKCS 8, no password). Raises ``KeyFileError``."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"no private key can be read: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError("the private key is not an Ed25519 key")
    return Signer(kid_of(key.public_key()), key)


def public_keys(pems: Iterable[bytes]) -> dict[str, Ed25519PublicKey]:
    """Read public keys (PEM, several in one file or in several), by kid. Raises ``KeyFileError``."""
    keys: dict[str, Ed25519PublicKey] = {}
    for pem in pems:
        for block in pem.split(_END)[:-1]:
            try:
                key = serialization.load_pem_public_key(block + _END + b"\n")
            except ValueError as error:
                raise KeyFileError(f"no public key can be read: {error}") from None
            if not isinstance(key, Ed25519PublicKey):
                raise KeyFileError("a public key in the file is not an Ed25519 key")
            keys[kid_of(key)] = key
    if not keys:
        raise KeyFileError("the file holds no public key")
    return keys


def signed(data: bytes, signature: str, kid: str, keys: Mapping[str, Ed25519PublicKey]) -> bool:
    """Tell whether ``signature`` (hex) was made over ``data`` with the key that ``kid`` names."""
    if kid not in keys:
        return False
    try:
        keys[kid].verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
