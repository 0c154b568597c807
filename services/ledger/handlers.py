"""What comes in from enrollment, adjudication and payment is booked: one batch, one transaction."""

from collections.abc import Sequence

from contracts.catalogue import parse
from contracts.days import DayEnded
from contracts.envelope import Event
from contracts.ledger import BudgetSet, ChartPublished, VoucherApproved, VoucherProposed, VoucherRejected
from contracts.parked import EventGivenUp
from contracts.skim import skim
from contracts.topics import Service
from services.chassis.intake import Handler
from services.chassis.postgres import Connection
from services.chassis.trouble import Refused
from services.chassis.unit import Unit
from services.ledger.decide.chart import chart_of
from services.ledger.decide.charts import account_rows, charts_of
from services.ledger.decide.post import post_in_force
from services.ledger.model import Posted, PostingRefusedError
from services.ledger.store import budgets, charts, control, entries, given_up, vouchers

SOURCES: tuple[Service, ...] = ("enrollment", "adjudication", "payment")
"""Whose events are booked."""

TABLES = (
    "state.chart",
    "state.account",
    "state.book",
    "state.sealed",
    "state.entry",
    "state.balance",
    "state.posted_control",
    "state.marker",
    "state.given_up",
    "state.voucher",
    "state.budget",
)
"""The books as folds of the four logs: what a rebuild empties and fills again."""


def booking(source: Service) -> Handler:
    """Make the handler of one source's events."""

    async def book(unit: Unit, events: Sequence[Event]) -> None:
        await fold(unit.conn, source, events)

    return book


async def fold(connection: Connection, source: Service, events: Sequence[Event]) -> None:
    """Book a batch of a source's events, count it, and keep its day markers.

    Raises ``Refused`` for an event that cannot be booked: the chassis parks it.
    """
    published = charts_of(await charts.read(connection))
    posted: list[Posted] = []
    markers: list[tuple[Event, DayEnded]] = []
    for event in events:
        body = skim(event)
        if isinstance(body, DayEnded):
            markers.append((event, body))
            continue
        try:
            posted.append(post_in_force(event, body, published))
        except PostingRefusedError as refused:
            raise Refused(refused.code, refused.sentence) from refused
    await entries.write(connection, [entry for one in posted for entry in one.entries], published.newest().family)
    await control.count(connection, source, posted)
    await control.mark(connection, markers)


async def evolve(connection: Connection, events: Sequence[Event]) -> None:
    """Fold the ledger's own charts, vouchers, budgets and what was given up; an approved voucher is booked."""
    for event in events:
        match parse(event):
            case ChartPublished() as body:
                rows = account_rows(chart_of(body.content))
                await charts.publish(connection, event.business_date, body, rows)
            case VoucherProposed() as body:
                await vouchers.propose(connection, body.voucher, body.maker, event.business_date)
            case VoucherApproved() as body:
                await vouchers.decide(
                    connection, body.voucher.voucher, body.checker, event.business_date, event=event.id
                )
                await fold(connection, "ledger", [event])
            case VoucherRejected() as body:
                day = event.business_date
                await vouchers.decide(connection, body.voucher, body.checker, day, reason=body.reason)
            case BudgetSet() as body:
                await budgets.set_budget(connection, body)
            case EventGivenUp() as body:
                await given_up.keep(connection, body)
