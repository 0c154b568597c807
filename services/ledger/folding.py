"""Which table takes up which event of the bank's side and of closing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from contracts.bank import (
    BankAccountOpened,
    ExceptionClosed,
    ExceptionOpened,
    ExceptionProposed,
    LinesMatched,
    MatchProposed,
    StatementImported,
)
from contracts.catalogue import parse
from contracts.closing import DayClosed, DayPrepared, MonthClosed, PeriodPrepared, YearClosed
from contracts.days import DayEndCalled
from contracts.envelope import Body, Event
from services.chassis.postgres import Connection
from services.ledger.decide.seal import head_of, seal_hash
from services.ledger.records import Sealed
from services.ledger.store import bank, closing

Fold = Callable[[Connection, Event, Any], Awaitable[None]]


async def _seal(conn: Connection, event: Event, body: DayClosed | MonthClosed | YearClosed) -> None:
    head = head_of(body)
    seal = Sealed(head.period, head.previous, seal_hash(body), head.root, head.size)
    await closing.fold_seal(conn, event, seal, body.maker, body.checker)


FOLDS: Mapping[type[Body], Fold] = {
    BankAccountOpened: bank.fold_account,
    StatementImported: bank.fold_statement,
    LinesMatched: bank.fold_matches,
    MatchProposed: bank.fold_proposal,
    ExceptionProposed: bank.fold_proposed_exception,
    ExceptionOpened: bank.fold_exception,
    ExceptionClosed: bank.fold_closed_exception,
    DayEndCalled: closing.fold_day,
    DayPrepared: closing.fold_prepared,
    DayClosed: _seal,
    PeriodPrepared: closing.fold_prepared,
    MonthClosed: _seal,
    YearClosed: _seal,
}

KINDS = frozenset(body.KIND for body in FOLDS)

TABLES = (
    "state.bank_account",
    "state.statement",
    "state.bank_line",
    "state.book_item",
    "state.matched",
    "state.match_proposal",
    "state.exception",
    "state.exception_proposal",
    "state.exception_closed",
    "state.day",
    "state.prepared",
    "state.seal",
)
"""What a rebuild empties. ``state.book_item`` fills itself from the lines."""


async def fold_closing(conn: Connection, events: Sequence[Event]) -> None:
    """Fold the ledger's own events about the bank and closing into their tables; others are left alone."""
    for event in events:
        if event.kind in KINDS:
            body = parse(event)
            await FOLDS[type(body)](conn, event, body)
