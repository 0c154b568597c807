"""What adjudication says when it takes back (追回): proposed by one person, agreed to or turned down by another."""

from typing import ClassVar
from uuid import UUID

from contracts.claims import ClaimKind, Counted
from contracts.envelope import Body, Part
from contracts.money import Fen
from contracts.people import ProviderCode
from contracts.text import BookCode, Code, Day, Digest, LongText


class FundSplit(Part):
    """Which layer of the fund bears how much, fen (基本, 补充, 大病, 救助)."""

    basic: Fen
    supplement: Fen
    critical: Fen
    assistance: Fen

    def total(self) -> int:
        """Sum of the four layers, fen."""
        return self.basic + self.supplement + self.critical + self.assistance


class Clawback(Body):
    """追回: part of an approved claim is taken back, never more than was approved less what was taken before.

    ``decision_id`` is the approved Adjudicated event; ``counted`` is what the accumulators give back, ``account`` what
    the personal account gets back, fen. ``lines`` are the numbers of the fee lines concerned, from 0; none where an
    amount was taken back. ``repeats`` is the clawback that people agreed to, where the claim was decided again since
    and this one takes the same of the newer decision. ``ground`` is a code of the published table of grounds
    (追回事由); with ``SUPERVISION``, ``finding`` is the number of the recorded finding, else null. Without a ground,
    the clawback is from before there were any, and its ``finding`` is a word of the reviewer's.
    """

    KIND: ClassVar[str] = "Clawback"

    clawback: Code
    claim: Code
    person: Code
    book: BookCode
    provider: ProviderCode
    kind: ClaimKind
    on: Day
    decision_id: UUID
    lines: tuple[int, ...]
    split: FundSplit
    amount: Fen
    counted: Counted
    finding: Code | None
    reason: LongText
    account: Fen = 0
    repeats: Code | None = None
    ground: Code | None = None

    def control(self) -> tuple[str, int]:
        """Count what is taken back."""
        return self.book, self.amount


class ClawbackReversed(Body):
    """追回撤销: an appeal against an approved clawback is granted; all that ``clawback`` took is given back, once.

    ``appeal`` is the number under which people agreed to it and appealed: another one only where the claim was
    decided again since. ``decision_id`` is the approved Adjudicated event, ``split`` what each layer of the fund owes
    again, ``counted`` what counts towards the year again, fen.
    """

    KIND: ClassVar[str] = "ClawbackReversed"

    clawback: Code
    appeal: Code
    claim: Code
    person: Code
    book: BookCode
    provider: ProviderCode
    kind: ClaimKind
    on: Day
    decision_id: UUID
    split: FundSplit
    amount: Fen
    counted: Counted
    reason: LongText

    def control(self) -> tuple[str, int]:
        """Count what is given back."""
        return self.book, self.amount


class ClawbackWord(Body):
    """What somebody says about a clawback, and why."""

    clawback: Code
    claim: Code
    book: BookCode
    reason: LongText

    def control(self) -> tuple[str, int]:
        """Count words, no money."""
        return self.book, 0


class ClawbackProposed(ClawbackWord):
    """追回建议: a reviewer proposes to take back ``amount`` fen of the decision named by id and hash.

    ``ground`` and ``finding`` as in ``Clawback``.
    """

    KIND: ClassVar[str] = "ClawbackProposed"

    decision_id: UUID
    decision_hash: Digest
    lines: tuple[int, ...]
    amount: Fen
    finding: Code | None
    ground: Code | None = None


class ClawbackRejected(ClawbackWord):
    """追回否决: another person looked at a proposal and turned it down."""

    KIND: ClassVar[str] = "ClawbackRejected"
