"""开具回执: fetch the proof that a claim's payment stands in a sealed day."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli import fetch

app = typer.Typer(add_completion=False)


@app.command()
def receipt(
    claim: Annotated[str, typer.Option(help="The number of the claim.")],
    url: fetch.LedgerUrl,
    token: fetch.Token,
    out: Annotated[Path | None, typer.Option(help="Write it here instead of printing it.")] = None,
) -> None:
    """Make the proof (at most 2 KB of JSON) that a claim's payment stands in a sealed day.

    Anyone can check it later with: claims verify FILE --key PUB
    """
    with fetch.client(token) as http:
        proof = fetch.get(http, f"{url}/receipts/{claim}")
    if out is None:
        typer.echo(proof.decode())
    else:
        out.write_bytes(proof)
        typer.echo(f"{out}: {len(proof)} bytes")
