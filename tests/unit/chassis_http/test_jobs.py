"""Jobs run when they are due, one process at a time, and one that fails disturbs no other."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from services.chassis.jobs import Job, run_jobs
from services.chassis.progress import Progress, Worker
from services.chassis.unit import Log

DEADLINE_SECONDS = 20
RARELY = timedelta(days=1)
OFTEN = timedelta(milliseconds=1)


class Work:
    """Work that counts how often it was done."""

    def __init__(self) -> None:
        self.runs = 0

    async def __call__(self) -> None:
        self.runs += 1


async def fail() -> None:
    raise RuntimeError("no such book")


@asynccontextmanager
async def running(log: Log, *jobs: Job) -> AsyncIterator[Worker]:
    stop = asyncio.Event()
    worker = Progress().worker("jobs", lambda: not task.done())
    task = asyncio.create_task(run_jobs(jobs, log.pool, worker, stop))
    yield worker
    stop.set()
    await task


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "what was waited for did not happen in time"
        await asyncio.sleep(0.01)


async def test_a_job_runs_when_the_service_starts(log: Log) -> None:
    work = Work()
    async with running(log, Job("seal", RARELY, work)):
        await until(lambda: work.runs == 1)


async def test_a_job_runs_again_when_it_is_due(log: Log) -> None:
    work = Work()
    async with running(log, Job("seal", OFTEN, work)):
        await until(lambda: work.runs == 3)


async def test_a_job_that_fails_disturbs_no_other(log: Log) -> None:
    work = Work()
    async with running(log, Job("broken", OFTEN, fail), Job("seal", OFTEN, work)):
        await until(lambda: work.runs == 2)


async def test_a_job_that_fails_is_seen(log: Log) -> None:
    async with running(log, Job("broken", RARELY, fail)) as worker:
        await until(lambda: worker.trouble == "RuntimeError: no such book")


async def test_a_job_that_fails_is_tried_again(log: Log) -> None:
    tries: list[None] = []

    async def fail_once() -> None:
        tries.append(None)
        if len(tries) == 1:
            await fail()

    async with running(log, Job("shaky", OFTEN, fail_once)) as worker:
        await until(lambda: len(tries) > 1 and worker.trouble is None)


async def test_two_processes_never_do_a_job_at_once(log: Log) -> None:
    held = asyncio.Event()
    begun: list[str] = []

    def work(who: str) -> Callable[[], Awaitable[None]]:
        async def do() -> None:
            begun.append(who)
            await held.wait()

        return do

    other = Work()
    async with (
        running(log, Job("seal", OFTEN, work("first"))),
        running(log, Job("seal", OFTEN, work("second")), Job("other", OFTEN, other)),
    ):
        await until(lambda: other.runs == 2 or len(begun) == 2)
        one_at_a_time = len(begun) == 1
        held.set()
    assert one_at_a_time
