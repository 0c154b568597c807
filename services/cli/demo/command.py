"""``claims demo``: the main job from enrolment to audit, on this machine, in two minutes."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.embedded import EmbeddedError, discard
from services.cli.agency import DEFAULT_STATE, Agency, agency
from services.cli.client import Client, RefusedError, TooLongError
from services.cli.demo import finale, report
from services.cli.demo.books import NotSealedError
from services.cli.demo.county import county
from services.cli.demo.days import play
from services.cli.demo.desk import BankError, Desk
from services.cli.demo.scenario import Scenario
from services.cli.demo.synthea import ExportError, synthea

app = typer.Typer(add_completion=False)

SEED = 20170301
PAGE_WIDTH = 120
"""Columns of what is printed when nobody's terminal says otherwise."""
FAILURES = (EmbeddedError, ExportError, RefusedError, TooLongError, NotSealedError, BankError, finale.ReplayError)


@app.command(name="demo")
def demo(
    report_file: Annotated[
        Path | None, typer.Option("--report", dir_okay=False, help="Write what was done as JSON (fen).")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--input", metavar="synthea:DIR", help="Play a Synthea CSV export instead.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed makes another county.")] = SEED,
    state: Annotated[Path, typer.Option(help="Where the run is kept; emptied first.")] = DEFAULT_STATE / "demo",
) -> None:
    """Run a small county for ten business days, close the month, wipe the ledger, replay and audit it all.

    Starts PostgreSQL, Kafka and the four services here; the first time about 50 MB are downloaded. A bank
    simulator, a program of its own, sees only the sealed files, pays, and sends some lines back.
    """
    console = Console(width=None if sys.stdout.isatty() else PAGE_WIDTH)
    if report_file is not None and not report_file.parent.is_dir():
        raise typer.BadParameter(f"there is no directory {report_file.parent}", param_hint="--report")
    try:
        scenario = _scenario(source, seed)
        discard(state)
        began = time.monotonic()
        console.print(f"[bold]{scenario.title}[/bold]: starting PostgreSQL, Kafka and four services", highlight=False)
        with agency(state, scenario.days[0], console) as running:
            desk = Desk(Client(running.urls, running.issuer), scenario, running.state / "bank")
            _play(desk, console)
            _finish(running, desk, console, report_file, began)
    except FAILURES as error:
        console.print(f"[red]the run stopped:[/red] {error}", highlight=False)
        raise typer.Exit(1) from None


def _scenario(source: str | None, seed: int) -> Scenario:
    if source is None:
        return county(seed)
    kind, _, directory = source.partition(":")
    if kind != "synthea" or not directory:
        raise typer.BadParameter("an input is written synthea:DIRECTORY", param_hint="--input")
    return synthea(Path(directory))


def _play(desk: Desk, console: Console) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    days = desk.scenario.days
    with Progress(*columns, console=console) as bars:
        task = bars.add_task("", total=len(days))
        for n, step in play(desk):
            bars.update(task, completed=n, description=f"{days[n]} {step}")
        bars.update(task, completed=len(days), description="all days sealed")


def _finish(running: Agency, desk: Desk, console: Console, report_file: Path | None, began: float) -> None:
    finale.close_months(desk)
    console.print(finale.days_table(desk))
    for month in desk.tally.months:
        console.print(f"month {month['month']} sealed, root {month['root'][:12]}", highlight=False)
    console.print(finale.findings(desk), highlight=False)
    console.print(finale.fund_statement(desk), highlight=False, soft_wrap=True)
    console.rule("the ledger is wiped and folded from the logs again")
    console.print(finale.wipe_and_replay(running), highlight=False)
    console.rule("an auditor replays the four logs")
    audited = finale.prove(running, console)
    console.rule("one claim, from the statement down to the rule")
    for link in finale.trace(desk):
        console.print(f"[dim]{link.what:<15}[/dim] {link.says}", highlight=False)
    seconds = time.monotonic() - began
    if report_file is not None:
        report.write(report_file, desk, audited, zero=finale.trial_balances_are_zero(desk), seconds=seconds)
    console.print(f"done in {seconds:.0f} s; kept in {running.state}", highlight=False)
    if audited.differences:
        raise typer.Exit(1)
