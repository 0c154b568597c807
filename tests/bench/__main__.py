"""Measure everything that ``make bench`` promises; what is found is one JSON line on standard output.

docs/performance.md says what each figure is, and what was measured on which machine.
"""

import asyncio
import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import orjson
import structlog
import typer
import uvloop
from rich.console import Console

from deploy.embedded import discard
from services.cli.agency import Agency, agency
from services.cli.client import Client
from services.cli.demo.desk import Desk
from services.cli.demo.opening import open_agency
from tests.bench import books, deciding, flow, openfisca, pipe, replay
from tests.bench.people import DAY, Played, played
from tests.bench.progress import say

Figures = dict[str, object]

WARM_UP = 500
CLAIMS = 20_000
LATENCY_CLAIMS = 4_000
DECIDED = 5_000
MESSAGES = 50_000
CASES = 50_000
BILLS = 20_000
SEALED = 100_000
ENTRIES = 900_000
"""With the sealed day a month of one million."""
COMPARED = 100_000


def main(
    size: Annotated[float, typer.Option(help="Measure with this part of the usual amounts, from 0.01 to 1.")] = 1.0,
    state: Annotated[Path, typer.Option(help="Where the run is kept; emptied first.")] = Path(".state/bench"),
) -> None:
    """Measure the whole and its parts on PostgreSQL and Kafka started here."""
    say(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start, size {size}")
    logging.disable(logging.INFO)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    found: Figures = {}
    wanted = [round(n * size) for n in (CLAIMS, LATENCY_CLAIMS, DECIDED)]
    county = played(WARM_UP + sum(wanted))
    discard(state)
    with agency(state, DAY, Console(stderr=True)) as running:
        say(f"four services are ready; {len(county.scenario.persons):,} people enrol")
        _enrol(running, county)
        asyncio.run(_flow(running, county, wanted[:2], found))
        found["bare_pipe_per_s"] = round(asyncio.run(pipe.bare_pipe(running, round(MESSAGES * size))))
        found["ratio"] = round(float(str(found["end_to_end_claims_per_s"])) / float(str(found["bare_pipe_per_s"])), 3)
        say(f"bare pipe {found['bare_pipe_per_s']} messages/s, ratio {found['ratio']}")
        _audit(running, found)
        running.stop()
        claims = county.claims[-wanted[2] :]
        wall, core = uvloop.run(deciding.in_service(running, claims))
        found["service_decides_per_s"], found["service_decides_per_core_s"] = round(wall), round(core)
        say(f"the service decides {wall:,.0f} claims/s in its micro-batches, {core:,.0f} per second of its own core")
        asyncio.run(_books(running, size, found))
    _rules(county, size, found)
    typer.echo(orjson.dumps(found).decode())


def _enrol(running: Agency, county: Played) -> None:
    desk = Desk(Client(running.urls, running.issuer), county.scenario, running.state / "bank")
    open_agency(desk)
    desk.settle("adjudication", "ledger")


async def _flow(running: Agency, county: Played, wanted: list[int], found: Figures) -> None:
    claims, paced = wanted
    async with flow.counter(running) as at:
        await flow.throughput(at, county.claims[:WARM_UP])
        first, second = WARM_UP + claims, WARM_UP + claims + paced
        found["end_to_end_claims_per_s"] = round(await flow.throughput(at, county.claims[WARM_UP:first]))
        say(f"end to end {found['end_to_end_claims_per_s']} claims/s, load {os.getloadavg()[0]:.1f}")
        found["latency_ms"] = await flow.latency(at, county.claims[first:second])
        say(f"latency at {flow.LATENCY_RATE} claims/s: {found['latency_ms']} ms")


def _audit(running: Agency, found: Figures) -> None:
    archive = replay.archived(running, Path(tempfile.mkdtemp(prefix="claims-ledger-bench-")))
    report, bare = replay.replayed(archive, running.seal_keys), replay.bare(archive)
    shutil.rmtree(archive)
    audited = report.events / report.seconds
    found["audit_events_per_s"], found["bare_reading_per_s"] = round(audited), round(bare)
    found["audit_ratio"] = round(audited / bare, 3)
    say(f"audit {audited:,.0f} events/s ({report.events:,} events, {report.entries:,} entries)")
    say(f"the same lines only read, hashed, parsed and written again: {bare:,.0f} a second, ratio {audited / bare:.3f}")


async def _books(running: Agency, size: float, found: Figures) -> None:
    async with books.office(running) as at:
        steps = await books.seal(at, round(SEALED * size))
        found["seal_100k_entries_s"] = round(steps["seal"], 3)
        say(f"a day of {round(SEALED * size):,} entries: " + ", ".join(f"{k} {v:.2f} s" for k, v in steps.items()))
        await books.open_days(at)
        known = await books.accounts(at)
        compared = round(COMPARED * size)
        found["bare_copy_entries_per_s"] = round(await books.copy(at, books.spread(known, compared, 1)))
        found["hot_account_entries_per_s"] = round(await books.post(at, books.hot(known, compared, 2)))
        found["ledger_entries_per_s"] = round(await books.post(at, books.spread(known, round(ENTRIES * size), 3)))
        say(
            f"ledger {found['ledger_entries_per_s']} entries/s, hot account {found['hot_account_entries_per_s']}, "
            f"bare COPY {found['bare_copy_entries_per_s']}"
        )
        found["statement_1m_entries_ms"] = round(await books.statement(at), 1)
        say(f"statement of the month {found['statement_1m_entries_ms']} ms")


def _rules(county: Played, size: float, found: Figures) -> None:
    found["adjudicate_cases_per_s"] = round(deciding.offline(county.cases(), round(CASES * size)))
    say(f"claims adjudicate {found['adjudicate_cases_per_s']} cases/s on one core")
    ratio, theirs, ours = openfisca.compared(openfisca.bills(round(BILLS * size)))
    found["openfisca_ratio"], found["openfisca_differences"] = round(ratio, 3), theirs
    found["our_differences"] = ours
    say(f"beside OpenFisca: {ratio:.2f} of its speed; of its results {theirs} are not exact, of ours {ours}")


if __name__ == "__main__":
    typer.run(main)
