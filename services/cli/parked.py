"""挂起事件: what a service could not take in: look at it, try it again, or, two people, give it up with a reason."""

from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="See what a service could not take in (挂起事件), try it again, or, two people, give it up. While anything "
    "is parked, no day is sealed. Needs a token of an operator: claims token --actor NAME --role operator",
)

Url = Annotated[str, typer.Option(envvar="CLAIMS_URL", help="The service, e.g. http://127.0.0.1:8002")]
Token = Annotated[str, typer.Option(envvar="CLAIMS_TOKEN", help="The operator's bearer token.", show_envvar=True)]
Source = Annotated[str, typer.Argument(help="Whose log it comes from, e.g. enrollment")]
Shard = Annotated[int, typer.Argument(min=0, max=15)]
Seq = Annotated[int, typer.Argument(min=1, help="Its number in the shard.")]

SHOWN = ("source", "shard", "seq", "stream", "kind", "code", "reason", "parked_at", "maker", "grounds")


@app.command("list")
def show(url: Url, token: Token) -> None:
    """List what is parked, oldest first, and why."""
    found = _ask("GET", url, token, "/parked")
    table = Table(*SHOWN, title=f"{found['count']} parked")
    for row in found["parked"]:
        table.add_row(*(str(row[name]) for name in SHOWN))
    Console().print(table)


@app.command()
def retry(source: Source, shard: Shard, seq: Seq, url: Url, token: Token) -> None:
    """Take in what is parked of this event's stream, in order, up to what fails again."""
    _told(_ask("POST", url, token, f"/parked/{source}/{shard}/{seq}/retry"))


@app.command()
def resolve(
    source: Source,
    shard: Shard,
    seq: Seq,
    why: Annotated[str, typer.Option(help="The reason; it is kept with your name.")],
    url: Url,
    token: Token,
) -> None:
    """Propose to give one event up, never to be taken in. Another person approves."""
    _told(_ask("POST", url, token, f"/parked/{source}/{shard}/{seq}/resolve", {"why": why}))


@app.command()
def approve(source: Source, shard: Shard, seq: Seq, url: Url, token: Token) -> None:
    """Give one event up as another person proposed; then go on with what waits behind it."""
    _told(_ask("POST", url, token, f"/parked/{source}/{shard}/{seq}/approve"))


def _ask(method: str, url: str, token: str, path: str, body: object = None) -> dict[str, Any]:
    try:
        answer = httpx.request(method, url + path, json=body, headers={"authorization": f"Bearer {token}"})
    except httpx.HTTPError as error:
        typer.echo(f"{url} does not answer: {error}", err=True)
        raise typer.Exit(1) from None
    content: dict[str, Any] = answer.json()
    if answer.is_error:
        typer.echo(f"{content['message']} ({content['code']})", err=True)
        raise typer.Exit(1)
    return content


def _told(result: dict[str, Any]) -> None:
    for name, value in result.items():
        typer.echo(f"{name}: {value}")
