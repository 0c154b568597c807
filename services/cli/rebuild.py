"""Drop what a service made of the logs and make it again: every table must come out the same, byte for byte."""

import asyncio
import importlib
from typing import Annotated, cast

import httpx
import typer
from rich.console import Console
from rich.table import Table

from contracts import topics
from services.chassis.chain import ForkError
from services.chassis.rebuild import Rebuilt, rebuild
from services.chassis.service import Service
from services.chassis.settings import Settings, SettingsError, load_settings
from services.chassis.upstream import Upstream

app = typer.Typer(add_completion=False)


@app.command(name="rebuild")
def rebuild_command(service: Annotated[topics.Service, typer.Argument(help="Which one.")]) -> None:
    """Empty the state tables of a service and fold them from the logs again, in one transaction.

    Uses the settings of the environment (CLAIMS_...), like claims serve. The service may run meanwhile: it waits.
    Ends with status 0 when every table is as before, else with status 1 and the tables that differ.
    """
    console = Console()
    try:
        settings = load_settings()
        made = asyncio.run(_rebuild(service, settings))
    except (SettingsError, ForkError, httpx.HTTPError, OSError) as error:
        console.print(f"[red]{service} was not rebuilt, nothing is changed:[/red] {error}")
        raise typer.Exit(2) from None
    _tell(service, made, console)
    raise typer.Exit(0 if made.before == made.after else 1)


async def _rebuild(name: topics.Service, settings: Settings) -> Rebuilt:
    service = cast(Service, importlib.import_module(f"services.{name}.__main__").SERVICE)
    upstreams: dict[topics.Service, Upstream] = {
        source: Upstream(source, settings.feeds[source], settings.service_token_file) for source in service.sources
    }
    try:
        return await rebuild(service, settings.migration_url, upstreams)
    finally:
        for upstream in upstreams.values():
            await upstream.close()


def _tell(service: str, made: Rebuilt, console: Console) -> None:
    table = Table("table", "rows", "sha256 before", "sha256 after", "", title=f"{service}, from {made.events:,} events")
    for name, before in made.before.items():
        after = made.after[name]
        mark = "[green]equal[/green]" if before == after else "[red]DIFFERS[/red]"
        table.add_row(name, f"{after.rows:,}", before.sha256[:16], after.sha256[:16], mark)
    console.print(table)
