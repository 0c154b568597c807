"""Enrollment listens to the ledger for the end of the day only, which the chassis answers."""

from collections.abc import Sequence

from contracts.envelope import Event
from services.chassis.unit import Unit


async def take_in(unit: Unit, events: Sequence[Event]) -> None:
    """Take in a batch of the ledger's events: none of them changes who is insured."""
