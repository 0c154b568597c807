"""One service as one process: its log, its counter (HTTP), its relay, its consumer and its jobs, in one event loop."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvicorn
import uvloop
from fastapi import APIRouter, FastAPI

from contracts import topics
from contracts.envelope import Event
from services.chassis import http, log, postgres
from services.chassis.consumer import Consumer
from services.chassis.feed import feed
from services.chassis.health import health
from services.chassis.intake import Handler, Intake
from services.chassis.jobs import Job, run_jobs
from services.chassis.parked import parked
from services.chassis.postgres import Connection, Pool
from services.chassis.progress import Progress
from services.chassis.relay import Relay
from services.chassis.settings import Settings, load_settings
from services.chassis.source import Source
from services.chassis.telemetry import configure_logging
from services.chassis.unit import Evolve, Log
from services.chassis.upstream import Upstream

COLLECT_AFTER = (50_000, 20, 20)
"""New objects before the collector looks at the young ones, and rounds before it looks at older ones."""

Fold = Callable[[Connection, topics.Service, Sequence[Event]], Awaitable[None]]
"""Fold events of an upstream log into state tables, without appending: for a rebuild."""

_log = structlog.get_logger()


@dataclass(frozen=True)
class Runtime:
    """What a running service offers to its own rooms."""

    settings: Settings
    pool: Pool
    log: Log
    progress: Progress


async def no_fold(connection: Connection, source: topics.Service, events: Sequence[Event]) -> None:
    """Keep nothing of the upstream logs."""


def no_jobs(runtime: Runtime) -> Sequence[Job]:
    """Have no dated work."""
    return ()


@dataclass(frozen=True)
class Service:
    """A service: what it makes of its own events, of those of others, and of requests."""

    name: topics.Service
    evolve: Evolve
    sources: Mapping[topics.Service, Handler]
    routers: Callable[[Runtime], Sequence[APIRouter]]
    migrations: Path
    state_tables: Sequence[str]
    """The tables that are folds of logs, as ``schema.table``: what a rebuild empties and fills again."""
    fold: Fold = no_fold
    jobs: Callable[[Runtime], Sequence[Job]] = no_jobs


def run(service: Service) -> None:
    """Run a service, told by the environment, until SIGTERM or SIGINT."""
    settings = load_settings()
    configure_logging(settings)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(service, settings))


async def _run(service: Service, settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(service, settings):
        _log.info("started", service=service.name, port=settings.http_port)
        await stop.wait()
        _log.info("stopping", service=service.name)


@asynccontextmanager
async def running(service: Service, settings: Settings) -> AsyncIterator[Runtime]:
    """Run a service inside this event loop while the block lasts; then stop it gracefully.

    The order of the end: no more requests, the batch at hand is finished, what is committed is sent, all is closed.
    """
    await postgres.apply_migrations(settings.migration_url, service.migrations)
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(await postgres.open_pool(settings.database_url, name=service.name))
        async with pool.acquire() as connection:
            await log.start_day(connection, settings.first_business_day)
        runtime = Runtime(settings, pool, Log(pool, service.name, service.evolve), Progress())
        relay = Relay(runtime.log, settings.database_url, settings.kafka, runtime.progress)
        relay.start()
        stack.push_async_callback(relay.stop)
        await stack.enter_async_context(_consuming(service, runtime, stop))
        await stack.enter_async_context(_working(service, runtime, stop))
        await stack.enter_async_context(_serving(service, runtime))
        # what lives now lives as long as the process: the collector need not look at it again
        gc.collect()
        gc.freeze()
        # a batch is a hundred thousand objects without cycles: looking for some while it grows doubles its time
        gc.set_threshold(*COLLECT_AFTER)
        try:
            yield runtime
        finally:
            stop.set()


@asynccontextmanager
async def _consuming(service: Service, runtime: Runtime, stop: asyncio.Event) -> AsyncIterator[None]:
    settings, progress = runtime.settings, runtime.progress
    sources = []
    for name, handler in service.sources.items():
        upstream = Upstream(name, settings.feeds[name], settings.service_token_file)
        intake = Intake(runtime.log, name, handler, upstream, progress)
        sources.append(Source(intake, upstream, progress, stop))
    consumer = Consumer(service.name, settings.kafka, sources, progress, stop)
    try:
        yield
    finally:
        await consumer.close()
        for source in sources:
            await source.close()


@asynccontextmanager
async def _working(service: Service, runtime: Runtime, stop: asyncio.Event) -> AsyncIterator[None]:
    jobs = service.jobs(runtime)
    worker = runtime.progress.worker("jobs", lambda: not task.done())
    task = asyncio.create_task(run_jobs(jobs, runtime.pool, worker, stop), name="jobs")
    try:
        yield
    finally:
        stop.set()
        await task


@asynccontextmanager
async def _serving(service: Service, runtime: Runtime) -> AsyncIterator[None]:
    server = _Server(http.server(counter(service, runtime), runtime.settings).config)
    task = asyncio.create_task(server.serve(), name="http")
    await server.listening.wait()
    try:
        yield
    finally:
        server.should_exit = True
        await task


def counter(service: Service, runtime: Runtime) -> FastAPI:
    """Make the counter (HTTP) of a service: its feed, its health, what it parked, and its own routes."""
    chassis = [
        feed(runtime.log),
        health(runtime.log, runtime.progress),
        parked(runtime.log, service.sources, runtime.progress),
    ]
    return http.build_app(runtime.settings, [*chassis, *service.routers(runtime)])


class _Server(uvicorn.Server):
    """A web server that leaves the signals to the service, which ends its parts in its own order."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
