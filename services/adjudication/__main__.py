"""待遇核定: the service that takes claims in, decides them, has them reviewed, and takes back what was wrong."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter

from contracts import topics
from contracts.envelope import Event
from services.adjudication import api, jobs
from services.adjudication.desk import Library
from services.adjudication.handlers import Adjudicator, learn
from services.adjudication.store.enrolled import fold_enrolled
from services.adjudication.store.evolve import STATE_TABLES, evolve
from services.chassis.jobs import Job
from services.chassis.postgres import Connection
from services.chassis.service import Runtime, Service, run

MIGRATIONS = Path(__file__).parent / "migrations"

LIBRARY = Library()


def service() -> Service:
    """Put the rooms together."""
    return Service(
        name="adjudication",
        evolve=evolve,
        sources={"enrollment": learn, "adjudication": Adjudicator(LIBRARY)},
        routers=_routers,
        migrations=MIGRATIONS,
        state_tables=STATE_TABLES,
        fold=_fold,
        jobs=_jobs,
    )


def _routers(runtime: Runtime) -> Sequence[APIRouter]:
    return api.routers(runtime.log, LIBRARY)


def _jobs(runtime: Runtime) -> Sequence[Job]:
    return jobs.jobs(runtime.log)


async def _fold(connection: Connection, source: topics.Service, events: Sequence[Event]) -> None:
    if source == "enrollment":
        await fold_enrolled(connection, events)


if __name__ == "__main__":
    run(service())
