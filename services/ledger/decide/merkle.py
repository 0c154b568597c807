"""A Merkle tree over the day's entries (RFC 6962): one hash for all, and a short proof for each."""

import hashlib
from collections.abc import Iterable, Sequence


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry: SHA-256 of a zero byte and the data, so that no inner node can pass for an entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees: SHA-256 of a one byte and both hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(entries: Iterable[bytes]) -> bytes:
    """Give the root over entries in their order; of no entries it is the hash of nothing."""
    return root_of_leaves([leaf_hash(entry) for entry in entries])


def root_of_leaves(leaves: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes, level by level; an odd last node moves up unchanged."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = leaves
    while len(level) > 1:
        level = _up(level)
    return level[0]


def path_of(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Give the inclusion proof of the leaf at ``index``: the sibling hashes from the leaf up.

    Raises ``IndexError`` where there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    path, level = [], leaves
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level, index = _up(level), index // 2
    return tuple(path)


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Compute the root that ``leaf`` at ``index`` of ``size`` leads to along ``path``.

    Raises ``ValueError`` when the path has the wrong length for its place.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} among {size}")
    found, siblings, last = leaf, iter(path), size - 1
    try:
        while last:
            if index % 2:
                found = node_hash(next(siblings), found)
            elif index < last:
                found = node_hash(found, next(siblings))
            index, last = index // 2, last // 2
    except StopIteration:
        raise ValueError("the path is too short") from None
    if next(siblings, None) is not None:
        raise ValueError("the path is too long")
    return found


def _up(level: Sequence[bytes]) -> list[bytes]:
    parents = [node_hash(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
    if len(level) % 2:
        parents.append(level[-1])
    return parents
