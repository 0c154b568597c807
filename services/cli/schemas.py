"""Write the published documents, or say where they no longer agree with the code."""

import importlib
from datetime import date
from pathlib import Path
from typing import Annotated, cast

import typer
from fastapi import FastAPI

from contracts import schemas
from contracts.topics import SERVICES
from contracts.topics import Service as Name
from services.chassis.feed import feed
from services.chassis.health import health
from services.chassis.http import build_app
from services.chassis.parked import parked
from services.chassis.postgres import Pool
from services.chassis.progress import Progress
from services.chassis.service import Runtime, Service
from services.chassis.settings import Settings
from services.chassis.unit import Log

app = typer.Typer(add_completion=False)


@app.command()
def documents(
    check: Annotated[bool, typer.Option("--check", help="Only compare; leave with 1 when something differs.")] = False,
) -> None:
    """Write JSON Schema, AsyncAPI and OpenAPI documents into contracts/schemas."""
    made = schemas.documents() | {f"{name}.openapi.yaml": schemas.as_yaml(counter(name).openapi()) for name in SERVICES}
    if not check:
        schemas.write(made)
        return
    complaints = schemas.drift(made)
    for complaint in complaints:
        typer.echo(complaint, err=True)
    raise typer.Exit(1 if complaints else 0)


def counter(name: Name) -> FastAPI:
    """Make the HTTP app of a service that does not run: its routes need a log only when they are called."""
    service: Service = importlib.import_module(f"services.{name}.__main__").SERVICE
    settings = Settings.model_construct(
        service=name,
        jwks_file=Path("unused"),
        signing_key_file=None,
        feeds=dict.fromkeys(SERVICES, "http://unused"),
        service_token_file=Path("unused"),
        first_business_day=date.min,
    )
    pool = cast(Pool, None)
    runtime = Runtime(settings, pool, Log(pool, name, service.evolve), Progress())
    own = [
        feed(runtime.log),
        health(runtime.log, runtime.progress),
        parked(runtime.log, service.sources, runtime.progress),
    ]
    return build_app(settings, [*own, *service.routers(runtime)])
