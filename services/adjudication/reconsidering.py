"""再核定: an agreement or a rule pack changed for the past has the claims it concerns looked at again, in steps.

Each step takes some persons and is whole in itself; a process that dies goes on where it was.
"""

from collections.abc import Sequence
from typing import cast
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.catalogue import parse
from contracts.claims import ClaimForm, PackPublished, ProviderChanged
from contracts.envelope import Event
from contracts.reconsideration import ReconsiderationOrdered, ReconsiderationStepped
from services.adjudication.decide.correction import changed_since
from services.adjudication.decide.pack import parse_pack
from services.adjudication.desk import Library
from services.adjudication.late import Fresh, reconsider
from services.adjudication.model import book_of
from services.adjudication.store import published, reconsiderations, records
from services.adjudication.store.reconsiderations import Order
from services.chassis.postgres import Connection
from services.chassis.unit import Log, Unit

CAUSES = frozenset({ProviderChanged.KIND, PackPublished.KIND})

PERSONS = 50
"""How many persons a step takes: what it locks is held for well below a second."""

STEPS = 20
"""How many steps are taken before other dated work has its turn."""

_ACTOR = "adjudication"


async def orders_of(connection: Connection, events: Sequence[Event]) -> list[tuple[UUID, ReconsiderationOrdered]]:
    """Give what is to be looked at again because of these events of the own log, each with the event that says so."""
    found = []
    for event in events:
        if event.kind in CAUSES:
            order = await _order_of(connection, event)
            if order is not None and order.since <= event.business_date:
                found.append((event.id, order))
    return found


async def go_on(log: Log, library: Library) -> None:
    """Take some steps of what may go on."""
    for _ in range(STEPS):
        async with log.unit(_ACTOR) as unit:
            order = await reconsiderations.open_order(unit.conn)
            if order is None:
                return
            await _step(unit, library, order)


async def _order_of(connection: Connection, event: Event) -> ReconsiderationOrdered | None:
    body = cast(ProviderChanged | PackPublished, parse(event))
    number = f"N{uuid5(event.id, 'reconsideration').hex[:24]}"
    if isinstance(body, ProviderChanged):
        if not await reconsiderations.concerns_any(connection, body.provider, body.since):
            return None
        return ReconsiderationOrdered(
            reconsideration=number, because="agreement", provider=body.provider, book=None, since=body.since
        )
    book, before = book_of(body.pack), await published.before(connection, body.pack, event.seq)
    since = changed_since(parse_pack(before), parse_pack(body.content)) if book and before else None
    if since is None:
        return None
    return ReconsiderationOrdered(reconsideration=number, because="pack", provider=None, book=book, since=since)


async def _step(unit: Unit, library: Library, order: Order) -> None:
    """Look at the claims of the next persons; the rules and agreements are read once nobody else decides on them."""
    persons = await reconsiderations.next_persons(unit.conn, order, PERSONS)
    seen = await records.hold_cover(unit.conn, persons)
    await unit.lock(*persons, order.number)
    cause = uuid5(NAMESPACE_URL, f"urn:claims-ledger:reconsideration:{order.number}/{order.upto}")
    decided = 0
    if persons:
        async with reconsider(unit, library, persons, seen) as look:
            look.of_facts(lambda form: Fresh(order.since, cause) if _concerns(order, form) else None)
        decided = look.decided
    step = ReconsiderationStepped(
        reconsideration=order.number,
        upto=persons[-1] if persons else None,
        persons=len(persons),
        decided=decided,
        done=len(persons) < PERSONS,
    )
    unit.append(step, stream=order.number, cause=cause)


def _concerns(order: Order, form: ClaimForm) -> bool:
    return order.provider in (None, form.provider) and order.book in (None, form.book)
