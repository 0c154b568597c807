"""The payment service (拨付): batches for the bank by two people, and what the bank says of them."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter

from services.chassis.service import Runtime, Service, run
from services.payment.api import batches, payables, payees, returns, sealing
from services.payment.handlers import fold, learn_booked, take_in
from services.payment.store.evolve import STATE_TABLES, evolve


def routers(runtime: Runtime) -> Sequence[APIRouter]:
    """Make the service's routes."""
    log = runtime.log
    rooms = (payees, payables, batches, sealing, returns)
    return [room.router(log) for room in rooms]


SERVICE = Service(
    name="payment",
    evolve=evolve,
    sources={"adjudication": take_in, "ledger": learn_booked},
    routers=routers,
    migrations=Path(__file__).parent / "migrations",
    state_tables=STATE_TABLES,
    fold=fold,
)

if __name__ == "__main__":
    run(SERVICE)
