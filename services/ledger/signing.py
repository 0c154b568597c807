"""The key that seals are signed with comes from a file; without one nothing can be sealed."""

from pathlib import Path

from services.chassis.errors import Unavailable
from services.ledger.decide.signature import KeyFileError, Signer, signer_from


class SealKey:
    """封账密钥: read when the service starts, so that a bad file is found then and not at the first seal.

    Another key is taken into use by another file; each seal names its key (kid), so the old ones stay good.
    Raises ``KeyFileError`` for a file that holds no Ed25519 key.
    """

    def __init__(self, path: Path | None) -> None:
        self._signer = None if path is None else _read(path)

    @property
    def signer(self) -> Signer:
        """Give the key. Raises ``Unavailable`` NO_SEAL_KEY where the service was started without one."""
        if self._signer is None:
            raise Unavailable("NO_SEAL_KEY", "the ledger was started without CLAIMS_SIGNING_KEY_FILE: it cannot seal")
        return self._signer


def _read(path: Path) -> Signer:
    try:
        return signer_from(path.read_bytes())
    except OSError as error:
        raise KeyFileError(f"the seal key {path} cannot be read: {error.strerror}") from None
