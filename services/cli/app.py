"""The list of all that ``claims`` can do; each part is loaded only when it is asked for."""

import importlib
import importlib.metadata
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("Try it", "Run a small county for ten business days, close the month, replay it all."),
    "up": ("Try it", "Run PostgreSQL, Kafka and the four services here until Ctrl-C."),
    "token": ("Try it", "Give a person of the running stack a token, to call the services with."),
    "adjudicate": ("Rules", "Decide cases from a file: NDJSON in, NDJSON out, with every step shown."),
    "pack": ("Rules", "Check, explain and compare rule packs."),
    "simulate": ("Rules", "See what recorded claims, or cases, would cost under another rule pack."),
    "audit": ("Proof", "Replay the four logs and compare every amount, balance and seal."),
    "receipt": ("Proof", "Make the proof that a payment stands in a sealed day."),
    "verify": ("Proof", "Check such a proof without any service."),
    "archive": ("Proof", "Write the four logs to files that an auditor can keep."),
    "serve": ("Operate", "Run one service with the settings of the environment."),
    "parked": ("Operate", "See what a service could not take in; try it again or give it up."),
    "rebuild": ("Operate", "Drop the state of a service and fold it from the logs again."),
    "schemas": ("Operate", "Write the published documents: JSON Schema, AsyncAPI, OpenAPI."),
}
"""Each command is the ``app`` of the module ``services.cli.<name>``: here its panel and its line of help."""

HELP = """
The back end of a medical-insurance agency (医保经办机构): claims in, adjudicated, paid, booked, sealed.

New here? Run [bold]claims demo[/bold]: it needs nothing but this machine and takes two minutes.
Then [bold]claims up[/bold] leaves the same system running for you to call.
"""


class LazyGroup(TyperGroup):
    """Knows its commands by name and imports one when it runs; help comes from the table."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        for name, (panel, line) in COMMANDS.items():
            shown = typer.Typer(add_completion=False)
            shown.command(name, help=line, rich_help_panel=panel)(_not_run)
            self.commands[name] = typer.main.get_command(shown)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is to run, and load it."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(str(name)), rest


def load(name: str) -> Any:
    """Import a command: a single one, or a group. ``name`` is a key of ``COMMANDS``."""
    part: typer.Typer = importlib.import_module(f"services.cli.{name}").app
    part.info.name = name
    command = typer.main.get_command(part)
    command.name = name
    return command


def _not_run() -> None:
    raise AssertionError("a command is loaded before it runs")


app = typer.Typer(
    name="claims",
    cls=LazyGroup,
    help=HELP,
    rich_markup_mode="rich",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(importlib.metadata.version("claims-ledger"))
        raise typer.Exit


@app.callback()
def claims(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""
