"""What a service says of an event that it could never take in: two people gave it up, and why (放弃处理)."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.days import Total
from contracts.envelope import SHARDS, Body, Part
from contracts.text import Code, Day, Digest, LongText, Text
from contracts.topics import Service


class GivenUp(Part):
    """One event that will never take effect in this service: which row of whose log, and who decided so.

    ``total`` is what it counts for in the control totals of its ``day``, fen; None where this service cannot
    read the body, and knows only that there is one event of this ``kind``.
    """

    source: Service
    shard: int = Field(ge=0, lt=SHARDS)
    seq: int = Field(ge=1)
    event: UUID
    hash: Digest
    kind: Text
    day: Day
    total: Total | None
    reason: LongText = Field(min_length=1)
    maker: Code
    checker: Code


class EventGivenUp(Body):
    """放弃处理: a parked event is given up. Proposed by one person, approved by another; it stays in its own log."""

    KIND: ClassVar[str] = "EventGivenUp"

    given_up: GivenUp
