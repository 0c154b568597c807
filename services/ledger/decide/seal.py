"""封账: what a seal says, the bytes that are signed, and the digest that two people agree on before it is made."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from contracts.bank import ExceptionOpened
from contracts.canonical import canonical
from contracts.closing import BankDay, BookDay, Cut, DayClosed, MonthClosed, OpenException, OwnHead, YearClosed
from contracts.parked import GivenUp
from services.ledger.decide.gate import CHECKS
from services.ledger.decide.merkle import leaf_hash, root_of_leaves
from services.ledger.decide.numbering import entry_bytes, voucher_order
from services.ledger.decide.signature import Signer
from services.ledger.model import Entry
from services.ledger.records import Exceptional

Closed = DayClosed | MonthClosed | YearClosed

NOBODY = "nobody"
"""Stands for the checker and the key while a seal is only put forward."""


class SealHead(NamedTuple):
    """The short form of a seal, which is what gets signed: ``content`` is the SHA-256 of all the rest."""

    period: str
    previous: str
    root: str
    size: int
    content: str
    kid: str


class Tree(NamedTuple):
    """A day's entries as the leaves of its tree, in voucher order, and how many lines they have."""

    leaves: Sequence[bytes]
    lines: int


class Evidence(NamedTuple):
    """What a day's seal states beside its entries."""

    day: date
    number: int
    previous: str
    cut: Sequence[Cut]
    books: Sequence[BookDay]
    banks: Sequence[BankDay]
    exceptions: Sequence[OpenException]
    given_up: Sequence[GivenUp]


def stated(one: Exceptional | ExceptionOpened) -> OpenException:
    """Say an open difference as a seal says it."""
    return OpenException(**{name: getattr(one, name) for name in OpenException.model_fields})


def tree_of(entries: Iterable[Entry]) -> Tree:
    """Lay out the tree of one day's entries, given in any order."""
    ordered = sorted(entries, key=voucher_order)
    leaves = [leaf_hash(entry_bytes(entry)) for entry in ordered]
    return Tree(leaves, sum(len(entry.lines) for entry in ordered))


def seal_of(tree: Tree, evidence: Evidence, maker: str) -> DayClosed:
    """Make the seal of a day, unchecked and unsigned. The auditor makes the same one from the logs."""
    return DayClosed(
        day=evidence.day,
        number=evidence.number,
        previous=evidence.previous,
        cut=tuple(evidence.cut),
        entries=len(tree.leaves),
        lines=tree.lines,
        books=tuple(evidence.books),
        banks=tuple(evidence.banks),
        exceptions=tuple(evidence.exceptions),
        given_up=tuple(evidence.given_up),
        checks=tuple(CHECKS),
        root=root_of_leaves(tree.leaves).hex(),
        maker=maker,
        checker=NOBODY,
        kid=NOBODY,
        signature="",
    )


def sealed(draft: Closed, checker: str, heads: Sequence[OwnHead], signer: Signer) -> Closed:
    """Add what the checker adds: their name, where the ledger's own log stands by then, and the signature."""
    unsigned = draft.model_copy(update={"checker": checker, "heads": tuple(heads), "kid": signer.kid})
    return unsigned.model_copy(update={"signature": signer.sign(seal_bytes(unsigned))})


def head_of(closed: Closed) -> SealHead:
    """Shorten a seal of a day, a month or a year to what is signed."""
    content = canonical(closed.model_dump(by_alias=True, exclude={"signature"}))
    period, size = _measure(closed)
    digest = hashlib.sha256(content).hexdigest()
    return SealHead(period, closed.previous, closed.root, size, digest, closed.kid)


def head_bytes(head: SealHead) -> bytes:
    """Write the short form down, always as the same bytes."""
    return canonical(head._asdict())


def seal_bytes(closed: Closed) -> bytes:
    """Give the bytes that the signature of a seal is made over."""
    return head_bytes(head_of(closed))


def seal_hash(closed: Closed) -> str:
    """Give the hash by which the next seal names this one: over what is signed, and the signature."""
    return hashlib.sha256(seal_bytes(closed) + bytes.fromhex(closed.signature)).hexdigest()


def digest_of(closed: Closed) -> str:
    """Name what a maker puts forward, without the parts that the checker adds.

    The log goes on between the two, so its heads are the checker's.
    """
    content = closed.model_dump(by_alias=True, exclude={"checker", "heads", "kid", "signature"})
    return hashlib.sha256(canonical(content)).hexdigest()


def root_of_seals(seals: Iterable[str]) -> str:
    """Give the root of a month over its days' seals, or of a year over its months', in order, hex."""
    return root_of_leaves([leaf_hash(bytes.fromhex(seal)) for seal in seals]).hex()


def _measure(closed: Closed) -> tuple[str, int]:
    if isinstance(closed, DayClosed):
        return closed.day.isoformat(), closed.entries
    if isinstance(closed, MonthClosed):
        return closed.month, len(closed.days)
    return closed.year, len(closed.months)
