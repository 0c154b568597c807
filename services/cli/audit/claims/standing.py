"""The decision that stands on a claim (核定结果), in short: what an audit keeps of it."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from contracts.claims import Adjudicated, Amounts
from services.cli.audit.log.chain import Row


class Standing(NamedTuple):
    """A decision that waits for nobody; ``event`` is its id, ``reviewed`` whether people had looked at the claim."""

    event: UUID
    outcome: str
    book: str
    provider: str
    decided_on: date
    amounts: Amounts
    in_county: bool
    reviewed: bool

    @classmethod
    def of(cls, row: Row, event: UUID, decision: Adjudicated) -> "Standing":
        """Keep what matters of a decision, whatever facts it says that it knew."""
        place = decision.facts.get("provider")
        return cls(
            event,
            decision.outcome,
            decision.book,
            decision.provider,
            row.business_date,
            decision.amounts,
            isinstance(place, dict) and place.get("in_county") is True,
            decision.review is not None,
        )
