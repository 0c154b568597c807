"""定时任务: work that the calendar asks for, done by one process of a service at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.chassis.metrics import JOB_FAILURES
from services.chassis.postgres import Pool
from services.chassis.progress import Worker

TICK_SECONDS = 1.0

_log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """What to do and how often to look; ``work`` finds out itself what is due, and may be called again at any time."""

    name: str
    every: timedelta
    work: Callable[[], Awaitable[None]]


async def run_jobs(jobs: Sequence[Job], pool: Pool, worker: Worker, stop: asyncio.Event) -> None:
    """Run each job when it starts and then every ``job.every``, until ``stop``; a failed run waits for its turn."""
    clock = asyncio.get_running_loop().time
    due = {job.name: clock() for job in jobs}
    while not stop.is_set():
        for job in jobs:
            if due[job.name] <= clock():
                due[job.name] = clock() + job.every.total_seconds()
                await _run(job, pool, worker)
        if worker.trouble is None:
            worker.succeeded()
        try:
            async with asyncio.timeout(TICK_SECONDS):
                await stop.wait()
        except TimeoutError:
            pass


async def _run(job: Job, pool: Pool, worker: Worker) -> None:
    try:
        async with pool.acquire() as connection:
            # held by the session: it is gone with the process, so a killed one blocks nobody
            if not await connection.fetchval("select pg_try_advisory_lock(hashtextextended($1, 0))", job.name):
                return
            try:
                await job.work()
            finally:
                await connection.execute("select pg_advisory_unlock(hashtextextended($1, 0))", job.name)
    except Exception as error:
        JOB_FAILURES.labels(job.name).inc()
        _log.exception("job_failed", job=job.name)
        worker.failed(error)
    else:
        worker.succeeded()
