"""The ledger (基金账务): books what happened, lets people make vouchers, and shows what the books say."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter

from contracts.envelope import Event
from services.chassis.jobs import Job
from services.chassis.postgres import Connection
from services.chassis.service import Runtime, Service, run
from services.ledger import handlers, publishing
from services.ledger import jobs as calendar
from services.ledger.api import (
    bank,
    books,
    closing,
    exceptions,
    lookups,
    matches,
    notices,
    periods,
    proof,
    statements,
    templates,
    voucher_file,
    vouchers,
    years,
)
from services.ledger.folding import TABLES as CLOSING_TABLES
from services.ledger.folding import fold_closing
from services.ledger.people import People
from services.ledger.signing import SealKey


async def evolve(connection: Connection, events: Sequence[Event]) -> None:
    """Fold the ledger's own events: charts and vouchers, then the bank's side and closing."""
    await handlers.evolve(connection, events)
    await fold_closing(connection, events)


def routers(runtime: Runtime) -> Sequence[APIRouter]:
    """Make the service's routes."""
    log = runtime.log
    settings = runtime.settings
    key = SealKey(settings.signing_key_file)
    people = People(settings.feeds["enrollment"], settings.service_token_file)
    return [
        templates.router(log),
        vouchers.router(log),
        voucher_file.router(log),
        books.router(log),
        lookups.router(log),
        statements.router(log),
        years.router(log),
        notices.router(log, people),
        bank.router(log),
        matches.router(log),
        exceptions.router(log),
        closing.router(log, key, runtime.progress),
        periods.router(log, key),
        proof.router(log, key),
    ]


def jobs(runtime: Runtime) -> Sequence[Job]:
    """List the dated work of the service."""
    return [*publishing.jobs(runtime.log), *calendar.jobs(runtime.log)]


SERVICE = Service(
    name="ledger",
    evolve=evolve,
    sources={source: handlers.booking(source) for source in handlers.SOURCES},
    routers=routers,
    migrations=Path(__file__).parent / "migrations",
    state_tables=(*handlers.TABLES, *CLOSING_TABLES),
    fold=handlers.fold,
    jobs=jobs,
)

if __name__ == "__main__":
    run(SERVICE)
