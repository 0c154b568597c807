"""The business day as events: the ledger calls its end, every service answers in all its shards."""

from typing import ClassVar, Literal

from pydantic import Field

from contracts.envelope import Body, Part
from contracts.money import SignedSum
from contracts.text import Day

Source = Literal["enrollment", "adjudication", "payment"]


class DayEndCalled(Body):
    """日终: the ledger calls the end of ``day``; ``next`` is the business day that opens."""

    KIND: ClassVar[str] = "DayEndCalled"

    day: Day
    next: Day


class Total(Part):
    """控制总数: how many events of a kind, and how many fen, one shard of one source holds for a book."""

    kind: str
    book: str
    count: int = Field(ge=0)
    amount: SignedSum


class DayEnded(Body):
    """日终标记: no later event of this shard is stamped ``day``. In every shard of every source.

    ``parked`` counts the events that the source had set aside at that moment: they may belong to the day.
    """

    KIND: ClassVar[str] = "DayEnded"

    source: Source
    shard: int = Field(ge=0, lt=16)
    day: Day
    next: Day
    totals: tuple[Total, ...]
    parked: int = Field(default=0, ge=0)
