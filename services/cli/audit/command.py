"""``claims audit``: prove from the logs alone that every amount, entry and seal is what it must be."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import orjson
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from services.adjudication.decide.figure import PackError
from services.adjudication.packs import load_pack
from services.cli.audit.beyond import in_words
from services.cli.audit.log.source import Archive, Feeds, LogSource
from services.cli.audit.otherwise import UnknownPackError, otherwise
from services.cli.audit.otherwise_page import pages
from services.cli.audit.replay import Report, Watch, at_hand, audit
from services.cli.fetch import addresses
from services.ledger.decide.signature import KeyFileError, public_keys

app = typer.Typer(add_completion=False)

Keys = Mapping[str, Ed25519PublicKey]


@app.command(name="audit")
def audit_command(
    keys: Annotated[Path, typer.Option("--keys", help="Public keys of the seals that you trust (PEM).")],
    archive: Annotated[Path | None, typer.Option(help="A directory that claims archive wrote.")] = None,
    feeds: Annotated[
        str | None, typer.Option(help='The services\' addresses as JSON: {"ledger": "http://...", ...}.')
    ] = None,
    token_file: Annotated[Path | None, typer.Option(help="A file with an auditor's token, for the feeds.")] = None,
    pack: Annotated[
        Path | None, typer.Option(help="Decide again under this rule pack too: a directory, or its published JSON.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of sentences.")] = False,
) -> None:
    """Replay the four logs and compare every amount, balance and seal.

    Needs only the logs, from an archive or from the feeds, and the public keys of the seals. With --pack it says
    besides what the fund would have moved under another rule pack, once the logs are found to be good.
    Ends with status 0 and "0 differences", or with status 1 and the first differences by name.
    """
    console = Console(stderr=True)
    try:
        trusted = public_keys([keys.read_bytes()])
        other = pack and load_pack(pack if pack.is_dir() else pack.read_bytes())
        with watching(console) as watch, at_hand(_source(archive, feeds, token_file), watch) as source:
            report = audit(source, trusted, watch)
            outcome = otherwise(source, other, watch) if other and not report.differences else None
    except (OSError, KeyFileError, httpx.HTTPError, PackError, UnknownPackError) as error:
        console.print(f"[red]the audit could not begin:[/red] {escape(str(error))}")
        raise typer.Exit(2) from None
    if as_json:
        more = {"otherwise": outcome.as_json()} if outcome else {}
        typer.echo(orjson.dumps(report.as_json() | more).decode())
    else:
        tell(report, Console())
        for part in pages(outcome) if outcome else ():
            Console().print(part, highlight=False)
    raise typer.Exit(1 if report.differences else 0)


def watched_audit(source: LogSource, trusted: Keys, console: Console) -> Report:
    """Audit with a progress bar for whoever watches."""
    with watching(console) as watch:
        return audit(source, trusted, watch)


@contextmanager
def watching(console: Console) -> Iterator[Watch]:
    """Show progress bars until the block ends."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        yield _bars(bars)


def tell(report: Report, console: Console) -> None:
    """Say what was found, the first difference first."""
    for divergence in report.first[:20]:
        console.print(f"[red]✘[/red] {escape(str(divergence))}", highlight=False)
    for sentence in (*report.given_up, *report.untold, *in_words(report.beyond)):
        console.print(f"[yellow]![/yellow] {escape(sentence)}", highlight=False)
    mark = "[red]✘[/red]" if report.differences else "[green]✔[/green]"
    console.print(
        f"{mark} {report.differences:,} differences: {report.events:,} events, {report.decisions:,} decisions, "
        f"{report.entries:,} entries, {report.seals:,} seals, in {report.seconds:.1f} s",
        highlight=False,
    )


def _bars(bars: Progress) -> Watch:
    tasks: dict[str, TaskID] = {}

    def watch(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=total)
        bars.update(tasks[what], completed=done)

    return watch


def _source(archive: Path | None, feeds: str | None, token_file: Path | None) -> LogSource:
    if archive is not None:
        if not archive.is_dir():
            raise typer.BadParameter(f"{archive} is not a directory", param_hint="--archive")
        return Archive(archive)
    if feeds is None or token_file is None:
        raise typer.BadParameter("give --archive, or --feeds with --token-file", param_hint="--archive")
    return Feeds(addresses(feeds), token_file.read_text().strip())
