"""Run the whole stack here, until Ctrl-C; what it holds stays in the state directory."""

import signal
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from contracts.topics import SERVICES, Service
from deploy.embedded import EmbeddedError
from deploy.embedded.places import port_is_free
from services.cli.agency import DEFAULT_STATE, agency

app = typer.Typer(add_completion=False)

SHANGHAI = ZoneInfo("Asia/Shanghai")


@app.command()
def up(
    state: Annotated[Path, typer.Option(help="Where databases, topics, keys and logs are kept.")] = DEFAULT_STATE,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First business day of a new state; today if not given."),
    ] = None,
    port: Annotated[int, typer.Option(min=1024, max=65_000, help="The first of four ports in a row.")] = 8101,
) -> None:
    """Run PostgreSQL, Kafka and the four services here until Ctrl-C, and print where they listen.

    The first time, about 50 MB are downloaded. State lasts: start again and everything is as it was.
    Get a token with: claims token --actor li.si --role clerk
    """
    console = Console()
    first = day.date() if day else datetime.now(SHANGHAI).date()
    ports: dict[Service, int] = {service: port + n for n, service in enumerate(SERVICES)}
    try:
        _see_free(ports)
        console.print("starting PostgreSQL, Kafka and four services ...")
        with agency(state, first, console, ports) as running:
            for service in SERVICES:
                console.print(f"{service:<13}{running.url(service)}/docs  /metrics  /readyz", highlight=False)
            console.print(f"token        claims token --actor li.si --role clerk --state {state}", highlight=False)
            console.print("Ctrl-C stops everything; what it holds stays.")
            _until_told_to_stop()
            console.print("stopping ...")
    except EmbeddedError as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from None


def _see_free(ports: Mapping[Service, int]) -> None:
    for service, port in ports.items():
        if not port_is_free(port):
            raise EmbeddedError(
                f"Port {port}, which is for {service}, is in use: by another claims up, or choose others with --port."
            )


def _until_told_to_stop() -> None:
    told = Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    with suppress(KeyboardInterrupt):
        while not told.wait(1):
            pass
