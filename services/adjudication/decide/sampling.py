"""抽查: some claims that were approved without people are looked at afterwards; anybody can repeat the draw.

The draw of a claim is SHA-256 of the month's published seed followed by the claim's number, modulo 10,000.
"""

import hashlib
from typing import NamedTuple

import orjson

from contracts.canonical import canonical

SAMPLED = "SAMPLED"
"""The finding of an approved claim that is to be looked at afterwards; it holds no payment up."""


class Lot(NamedTuple):
    """签: a seed as it was published; ``id`` is the SHA-256 of the publication."""

    id: str
    seed: str

    @classmethod
    def of(cls, content: str) -> "Lot":
        """Read a publication."""
        return cls(hashlib.sha256(content.encode()).hexdigest(), orjson.loads(content)["seed"])

    def draw(self, claim: str) -> int:
        """Draw for a claim, 0 to 9,999; below the rate in basis points it is sampled."""
        return int.from_bytes(hashlib.sha256(f"{self.seed}{claim}".encode()).digest()) % 10_000


def publication(month: str, seed: str) -> bytes:
    """Write a seed as it is published; ``month`` is YYYY-MM."""
    return canonical({"month": month, "seed": seed})
