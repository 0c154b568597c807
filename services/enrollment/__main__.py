"""The enrollment service (参保): who is insured, who paid, who holds which tag. ``python -m services.enrollment``."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter

from services.chassis.service import Runtime, Service, run
from services.enrollment.api import contributions, persons, standing
from services.enrollment.handlers import take_in
from services.enrollment.store.evolve import STATE_TABLES, evolve


def routers(runtime: Runtime) -> Sequence[APIRouter]:
    """Make the service's routes."""
    return [persons.router(runtime.log), contributions.router(runtime.log), standing.router(runtime.log)]


SERVICE = Service(
    name="enrollment",
    evolve=evolve,
    sources={"ledger": take_in},
    routers=routers,
    migrations=Path(__file__).parent / "migrations",
    state_tables=STATE_TABLES,
)

if __name__ == "__main__":
    run(SERVICE)
