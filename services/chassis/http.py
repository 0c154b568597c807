"""The counter of a service (HTTP): one app with strict input, one kind of error, known callers and its own manual."""

import importlib.metadata
from collections.abc import Iterator, Sequence

import uvicorn
from fastapi import APIRouter, FastAPI, Response
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.chassis import problems
from services.chassis.access import Access
from services.chassis.auth import Doorkeeper
from services.chassis.body import StrictBody
from services.chassis.openapi import NATIONAL, REFUSALS, describe
from services.chassis.settings import Settings

GRACE_SECONDS = 10
"""How long requests under way may take to finish when the service stops."""

_metrics = APIRouter(include_in_schema=False)


def build_app(settings: Settings, routers: Sequence[APIRouter]) -> FastAPI:
    """Make the HTTP app of a service: its routers, /metrics, /openapi.json (3.1) and /docs, which needs no network.

    Every body is measured and read strictly, every failure is a problem document, every request is logged.
    """
    app = FastAPIOffline(
        title=f"claims-ledger: {settings.service}",
        version=importlib.metadata.version("claims-ledger"),
        redoc_url=None,
        responses=REFUSALS,
    )
    app.state.doorkeeper = Doorkeeper(settings)
    for router in (*routers, _metrics):
        app.include_router(router)
    describe(app)
    problems.install(app)
    app.add_middleware(StrictBody, settings=settings, in_yuan=tuple(_in_yuan(routers)))
    app.add_middleware(Access)
    return app


def _in_yuan(routers: Sequence[APIRouter]) -> Iterator[str]:
    """Give the paths of the national platform's messages: their amounts are yuan with decimals."""
    return (f"{router.prefix}/" for router in routers if NATIONAL in router.tags)


def server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """Make the web server; ``await server.serve()`` runs it until it is told to stop."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            http="httptools",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )


@_metrics.get("/metrics")
async def _show_metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
