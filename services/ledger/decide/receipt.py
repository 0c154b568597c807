"""回执: a short proof that one payment stands in a sealed day, which anyone can check with a public key alone."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contracts.canonical import canonical
from contracts.closing import DayClosed
from services.ledger.decide.merkle import leaf_hash, path_of, root_from
from services.ledger.decide.numbering import entry_bytes
from services.ledger.decide.seal import SealHead, head_bytes, head_of
from services.ledger.decide.signature import signed
from services.ledger.model import Entry

LARGEST_RECEIPT = 2_048
"""Bytes: a receipt fits on a printed slip as a code."""


class ReceiptRefusedError(ValueError):
    """A receipt that proves nothing; the sentence says where it breaks."""


class Proven(NamedTuple):
    """What a good receipt proves: the entry as it was booked, in the sealed day ``period``."""

    claim: str
    period: str
    kid: str
    entry: Mapping[str, Any]


def receipt_of(claim: str, entry: Entry, leaves: Sequence[bytes], closed: DayClosed) -> bytes:
    """Write the receipt of a claim's entry in a sealed day: canonical JSON of at most 2 KiB.

    Raises ``ValueError`` for an entry that is no leaf of the day.
    """
    index = leaves.index(leaf_hash(entry_bytes(entry)))
    return canonical(
        {
            "receipt": 1,
            "claim": claim,
            "entry": orjson.loads(entry_bytes(entry)),
            "index": index,
            "path": [base64.b64encode(node).decode() for node in path_of(leaves, index)],
            "seal": head_of(closed)._asdict(),
            "signature": base64.b64encode(bytes.fromhex(closed.signature)).decode(),
        }
    )


def verify_receipt(data: bytes, keys: Mapping[str, Ed25519PublicKey]) -> Proven:
    """Check a receipt from the entry up to the signature. Raises ``ReceiptRefusedError``."""
    if len(data) > LARGEST_RECEIPT:
        raise ReceiptRefusedError(f"a receipt has at most {LARGEST_RECEIPT} bytes")
    try:
        receipt = orjson.loads(data)
        head = SealHead(**receipt["seal"])
        path = [base64.b64decode(node, validate=True) for node in receipt["path"]]
        signature = base64.b64decode(receipt["signature"], validate=True).hex()
        entry, claim = receipt["entry"], receipt["claim"]
        claims = {line.get("claim") for line in entry["lines"]}
        root = root_from(leaf_hash(canonical(entry)), receipt["index"], head.size, path)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReceiptRefusedError(f"this is no receipt: {error}") from None
    if claim not in claims:
        raise ReceiptRefusedError(f"the entry in the receipt is not about claim {claim}")
    if root.hex() != head.root:
        raise ReceiptRefusedError("the entry does not stand under the root of the sealed day")
    if entry["business_date"] != head.period:
        raise ReceiptRefusedError(f"the entry is not of the sealed day {head.period}")
    if not signed(head_bytes(head), signature, head.kid, keys):
        raise ReceiptRefusedError(f"the seal of {head.period} is not signed by a key that is trusted here")
    return Proven(claim, head.period, head.kid, entry)
