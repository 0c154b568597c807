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

NODE = 32
"""Bytes of a hash."""


class ReceiptTooLargeError(ValueError):
    """A receipt that would not fit: its entry has too many lines."""


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

    What all lines of the entry say alike is said once, under ``every``. Raises ``ValueError`` for an entry that is no
    leaf of the day, ``ReceiptTooLargeError`` for one that does not fit.
    """
    index = leaves.index(leaf_hash(entry_bytes(entry)))
    told = orjson.loads(entry_bytes(entry))
    first, *others = told["lines"]
    every = {name: value for name, value in first.items() if all(line.get(name) == value for line in others)}
    told["lines"] = [{name: line[name] for name in line.keys() - every.keys()} for line in told["lines"]]
    receipt = canonical(
        {
            "receipt": 1,
            "claim": claim,
            "entry": told,
            "every": every,
            "index": index,
            "path": base64.b64encode(b"".join(path_of(leaves, index))).decode(),
            "seal": head_of(closed)._asdict(),
            "signature": base64.b64encode(bytes.fromhex(closed.signature)).decode(),
        }
    )
    if len(receipt) > LARGEST_RECEIPT:
        sentence = f"the receipt of {claim} would have {len(receipt):,} bytes, more than {LARGEST_RECEIPT:,}"
        raise ReceiptTooLargeError(f"{sentence}: its entry has {len(entry.lines)} lines")
    return receipt


def verify_receipt(data: bytes, keys: Mapping[str, Ed25519PublicKey]) -> Proven:
    """Check a receipt from the entry up to the signature. Raises ``ReceiptRefusedError``."""
    if len(data) > LARGEST_RECEIPT:
        raise ReceiptRefusedError(f"a receipt has at most {LARGEST_RECEIPT} bytes")
    try:
        receipt = orjson.loads(data)
        kind = receipt["receipt"]
        head = SealHead(**receipt["seal"])
        nodes = _decoded(receipt["path"])
        path = [nodes[at : at + NODE] for at in range(0, len(nodes), NODE)]
        signature = _decoded(receipt["signature"]).hex()
        entry, claim = receipt["entry"], str(receipt["claim"])
        entry["lines"] = [receipt["every"] | line for line in entry["lines"]]
        day, paid = entry["business_date"], any(_pays(line, claim) for line in entry["lines"])
        root = root_from(leaf_hash(canonical(entry)), receipt["index"], head.size, path)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReceiptRefusedError(f"this is no receipt: {error}") from None
    if kind != 1:
        raise ReceiptRefusedError(f"a receipt of kind {kind} is not known here")
    if not paid:
        raise ReceiptRefusedError(f"the entry in the receipt pays nothing for claim {claim}")
    if root.hex() != head.root:
        raise ReceiptRefusedError("the entry does not stand under the root of the sealed day")
    if day != head.period:
        raise ReceiptRefusedError(f"the entry is not of the sealed day {head.period}")
    if not signed(head_bytes(head), signature, str(head.kid), keys):
        raise ReceiptRefusedError(f"the seal of {head.period} is not signed by a key that is trusted here")
    return Proven(claim, head.period, head.kid, entry)


def _pays(line: Mapping[str, Any], claim: str) -> bool:
    """Tell whether a line takes money out of a bank account for a claim."""
    out: bool = line["side"] == "C" and line["amount"] > 0 and line.get("bank_account") is not None
    return out and line.get("claim") == claim


def _decoded(text: str) -> bytes:
    """Read base64 in the one spelling in which it is written here."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError(f"{text} is not spelt as it is written")
    return data
