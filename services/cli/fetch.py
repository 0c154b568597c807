"""Reading from running services over HTTP for the commands of the ``claims`` tool."""

from typing import Annotated

import httpx
import orjson
import typer

from contracts.topics import SERVICES, Service

LedgerUrl = Annotated[str, typer.Option("--url", envvar="CLAIMS_LEDGER_URL", help="Where the ledger listens.")]
Token = Annotated[str, typer.Option(envvar="CLAIMS_TOKEN", help="A bearer token: claims token --role auditor")]

TIMEOUT_SECONDS = 60


def addresses(feeds: str) -> dict[Service, str]:
    """Read where the four services are. Raises ``typer.BadParameter`` where that cannot be read, or one is missing."""
    try:
        urls: dict[Service, str] = {service: str(orjson.loads(feeds)[service]) for service in SERVICES}
    except (ValueError, TypeError, KeyError):
        names = ", ".join(f'"{service}": "http://..."' for service in SERVICES)
        raise typer.BadParameter(
            f"give the address of every service as JSON: {{{names}}}", param_hint="--feeds"
        ) from None
    return urls


def client(token: str) -> httpx.Client:
    """Open a client that shows the token with every request."""
    return httpx.Client(headers={"authorization": f"Bearer {token}"}, timeout=TIMEOUT_SECONDS)


def get(http: httpx.Client, url: str) -> bytes:
    """Read what is there. Prints the service's sentence and leaves with 1 where it refuses or does not answer."""
    try:
        answer = http.get(url)
    except httpx.HTTPError as error:
        typer.echo(f"{url} does not answer: {error}", err=True)
        raise typer.Exit(1) from None
    if answer.is_error:
        is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
        typer.echo(answer.json()["message"] if is_problem else f"{url}: {answer.status_code}", err=True)
        raise typer.Exit(1)
    return answer.content
