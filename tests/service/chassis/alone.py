"""One service of the tests in a process of its own, so that it can be killed."""

from pathlib import Path

from contracts.topics import READS
from services.chassis.service import Service, run
from services.chassis.settings import load_settings
from tests.service.chassis.conftest import fold_seen, nothing, seeing

if __name__ == "__main__":
    name = load_settings().service
    run(
        Service(
            name=name,
            evolve=nothing,
            sources={source: seeing(source) for source in READS[name]},
            routers=lambda runtime: (),
            migrations=Path(__file__).parent / "migrations",
            state_tables=("state.seen",),
            fold=fold_seen,
        )
    )
