"""待遇核定: the service that takes claims in, decides them, has them reviewed, and takes back what was wrong.

``python -m services.adjudication``.
"""

from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter

from contracts import topics
from contracts.envelope import Event
from services.adjudication import api, jobs
from services.adjudication.desk import Library
from services.adjudication.handlers import Adjudicator, Learner, learn_cleared
from services.adjudication.store.cleared import fold_cleared
from services.adjudication.store.enrolled import fold_enrolled
from services.adjudication.store.evolve import STATE_TABLES, evolve
from services.chassis.jobs import Job
from services.chassis.postgres import Connection
from services.chassis.service import Runtime, Service, run

MIGRATIONS = Path(__file__).parent / "migrations"

_library = Library()


def routers(runtime: Runtime) -> Sequence[APIRouter]:
    """Make the service's routes."""
    return api.routers(runtime.log, _library)


def dated_work(runtime: Runtime) -> Sequence[Job]:
    """List what the service does by itself."""
    return jobs.jobs(runtime.log, _library)


async def fold(connection: Connection, source: topics.Service, events: Sequence[Event]) -> None:
    """Fold what others said again; what the own log means is ``evolve``."""
    if source == "enrollment":
        await fold_enrolled(connection, events)
    elif source == "payment":
        await fold_cleared(connection, events)


SERVICE = Service(
    name="adjudication",
    evolve=evolve,
    sources={"enrollment": Learner(_library), "adjudication": Adjudicator(_library), "payment": learn_cleared},
    routers=routers,
    migrations=MIGRATIONS,
    state_tables=STATE_TABLES,
    fold=fold,
    jobs=dated_work,
)

if __name__ == "__main__":
    run(SERVICE)
