"""Adjudication's log tells payment what the fund owes and what is taken back; the ledger's what it booked by hand."""

from collections.abc import Sequence
from typing import TypeVar, cast

from contracts.claims import Adjudicated
from contracts.clawbacks import Clawback, ClawbackReversed
from contracts.envelope import Body, Event
from contracts.ledger import VoucherApproved
from contracts.skim import skim
from contracts.topics import Service
from services.chassis.postgres import Connection
from services.chassis.trouble import Refused
from services.chassis.unit import Unit
from services.payment.store import payables, vouchers

Kind = TypeVar("Kind", bound=Body)


async def take_in(unit: Unit, events: Sequence[Event]) -> None:
    """Take in a batch of adjudication's events. Nothing is said in answer: paying is decided by people."""
    await fold(unit.conn, "adjudication", events)


async def learn_booked(unit: Unit, events: Sequence[Event]) -> None:
    """Take in a batch of the ledger's events: what came back by voucher, and what is never paid again."""
    await fold(unit.conn, "ledger", events)


async def fold(connection: Connection, source: Service, events: Sequence[Event]) -> None:
    """Fold events of adjudication's log into what is due, of the ledger's into what it booked by hand.

    A claim that was decided again is owed what the newer decision says; the clawback beside it takes back the older.
    A clawback that was undone on appeal is owed again. Raises ``Refused`` UNKNOWN_CLAIM for a clawback of a claim that
    nothing is owed for. A second approval that takes no other's place, and a clawback above what is left, are refused
    by the database.
    """
    if source == "ledger":
        await vouchers.keep(connection, _said(events, VoucherApproved))
        return
    approved = [
        (event, body)
        for event, body in _said(events, Adjudicated)
        if body.outcome == "approved" and body.amounts.fund > 0
    ]
    if approved:
        await payables.approve(connection, approved)
    clawbacks = [body for _, body in _said(events, Clawback) if body.amount > 0]
    returned = [(event, body) for event, body in _said(events, ClawbackReversed) if body.amount > 0]
    if clawbacks or returned:
        found = await payables.take_back(connection, clawbacks, returned, {b.claim: e.seq for e, b in approved})
        missing = sorted(({body.claim for body in clawbacks} | {body.claim for _, body in returned}) - found)
        if missing:
            raise Refused("UNKNOWN_CLAIM", f"nothing was approved for {', '.join(missing)}")


def _said(events: Sequence[Event], kind: type[Kind]) -> list[tuple[Event, Kind]]:
    return [(event, cast(Kind, skim(event))) for event in events if event.kind == kind.KIND]
