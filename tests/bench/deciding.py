"""Deciding alone: cases from a file on one core, and claims in the service's own micro-batch path."""

import gc
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from uuid import uuid4

import orjson

from contracts.envelope import SHARDS
from services.adjudication.api.forms import Submission
from services.adjudication.api.intake import take_in
from services.adjudication.desk import Library
from services.adjudication.handlers import Adjudicator
from services.adjudication.offline.stream import adjudicate
from services.adjudication.store.evolve import evolve
from services.chassis import chain, postgres
from services.chassis.intake import Intake
from services.chassis.progress import Progress
from services.chassis.service import COLLECT_AFTER
from services.chassis.unit import Log
from services.chassis.upstream import Upstream
from services.cli.agency import Agency
from services.cli.demo.scenario import Json
from tests.bench.progress import Clock, clock

BATCH = 1_000


def offline(cases: Sequence[Json], wanted: int) -> float:
    """Decide cases from NDJSON to NDJSON, trace and all; give cases per second of one core."""
    lines = (orjson.dumps(case) for case in islice(cycle(cases), wanted))
    stdin, stdout = io.BytesIO(b"\n".join(lines)), io.BytesIO()
    with clock() as taken:
        counts = adjudicate(stdin, stdout)
    if counts.errors or counts.approved == 0:
        raise ValueError(f"the cases were not decided: {counts}")
    return wanted / taken.work


async def in_service(running: Agency, claims: Sequence[Json]) -> tuple[float, float]:
    """Decide claims as the service does with what its topic brings, in batches of 1,000.

    Gives claims a second by the wall, and claims a second of its own core: without the time in which it waits for the
    database.

    Everything but Kafka itself: wire lines read and proved, positions locked, cover and year read, decisions
    appended, chained, folded and committed. The service must not run meanwhile.
    """
    url = running.databases["adjudication"].url
    pool = await postgres.open_pool(url, name="adjudication")
    log, library, progress = Log(pool, "adjudication", evolve), Library(), Progress()
    upstream = Upstream("adjudication", running.url("adjudication"), running.state / "keys" / "adjudication.token")
    intake = Intake(log, "adjudication", Adjudicator(library), upstream, progress)
    await intake.load()
    forms = [Submission.model_validate(claim) for claim in claims]
    async with log.unit("li.si") as unit:
        await take_in(unit, uuid4(), library=library, forms=forms, bulk=True)
    taken = Clock()
    batches = await _batches(log, intake)
    with _collecting_seldom():
        for batch in batches:
            with clock(taken):
                await intake.take([event for line, shard in batch if (event := chain.genuine(line, shard))])
    async with pool.acquire() as connection:
        decided = await connection.fetchval(_DECIDED, [str(claim["claim"]) for claim in claims])
    await upstream.close()
    await pool.close()
    if decided != len(claims):
        raise ValueError(f"{decided} of {len(claims)} claims were decided")
    return len(claims) / taken.wall, len(claims) / taken.work


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Let the cycle collector look as seldom as it does in a service."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


async def _batches(log: Log, intake: Intake) -> list[list[tuple[bytes, int]]]:
    """Read what is new in the log as lines of the topic, in batches of several shards each."""
    lines: list[tuple[bytes, int]] = []
    for shard in range(SHARDS):
        lines += [(event.line(), shard) for event in await log.read(shard, intake.positions[shard].seq, 1_000_000)]
    return [lines[start : start + BATCH] for start in range(0, len(lines), BATCH)]


_DECIDED = "select count(*) from state.decision where claim = any($1::text[])"
