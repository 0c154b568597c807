"""What supervision finds (医保基金监管): a published rule fits a claim, or what a provider did in a month."""

from typing import Annotated, ClassVar

from pydantic import Field, JsonValue

from contracts.envelope import Body
from contracts.people import ProviderCode
from contracts.text import BookCode, Code, Digest, LongText

Month = Annotated[str, Field(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$", description="YYYY-MM")]


class FindingRaised(Body):
    """监管疑点: ``rule`` in its version ``rule_version`` fits; people look at it, and may propose a ``Clawback``.

    ``claim`` is null where the finding is about all that ``provider`` did for the book in ``month``; otherwise
    ``month`` is that of the decision on the claim. ``evidence`` is what the rule saw, with its own figures; amounts
    in fen, shares in basis points. The number ``finding`` follows from all of it: the same is never found twice.
    """

    KIND: ClassVar[str] = "FindingRaised"

    finding: Code
    rule: Code
    rule_version: Digest
    month: Month
    book: BookCode
    provider: ProviderCode
    claim: Code | None
    evidence: dict[str, JsonValue]

    def control(self) -> tuple[str, int]:
        """Count findings, no money."""
        return self.book, 0


class FindingWord(Body):
    """What somebody does about a finding; its ``book`` is that of the finding."""

    finding: Code
    book: BookCode

    def control(self) -> tuple[str, int]:
        """Count words, no money."""
        return self.book, 0


class FindingTaken(FindingWord):
    """核查受理: a reviewer who did not decide the claim looks into a finding; a clawback may be proposed for it now."""

    KIND: ClassVar[str] = "FindingTaken"


class FindingClosed(FindingWord):
    """疑点排除: a finding that was looked into has no ground, says somebody else than the one who looked into it."""

    KIND: ClassVar[str] = "FindingClosed"

    reason: LongText
