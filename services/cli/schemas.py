"""Write the published documents, or say where they no longer agree with the code."""

import importlib
from datetime import date
from pathlib import Path
from typing import Annotated, cast

import typer
from fastapi import FastAPI

from contracts import schemas
from contracts.topics import SERVICES, Service
from services.chassis import service
from services.chassis.postgres import Pool
from services.chassis.progress import Progress
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


def counter(name: Service) -> FastAPI:
    """Make the HTTP app of a service that does not run: its routes need a log only when they are called."""
    code: service.Service = importlib.import_module(f"services.{name}.__main__").SERVICE
    settings = Settings.model_construct(
        service=name,
        jwks_file=Path("unused"),
        signing_key_file=None,
        feeds=dict.fromkeys(SERVICES, "http://unused"),
        service_token_file=Path("unused"),
        first_business_day=date.min,
    )
    pool = cast(Pool, None)
    return service.counter(code, service.Runtime(settings, pool, Log(pool, name, code.evolve), Progress()))
