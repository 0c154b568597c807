"""验证回执: check a proof of payment with nothing but its file and the fund's public key."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.money import yuan
from services.ledger.decide.receipt import Proven, ReceiptRefusedError, verify_receipt
from services.ledger.decide.signature import KeyFileError, public_keys

app = typer.Typer(add_completion=False)


@app.command()
def verify(
    file: Annotated[
        Path, typer.Argument(help="The receipt, as `claims receipt` wrote it.", exists=True, dir_okay=False)
    ],
    key: Annotated[
        list[Path],
        typer.Option(
            help="Public key of the seals (PEM); several where the key has changed.", exists=True, dir_okay=False
        ),
    ],
) -> None:
    """Check that a payment stands in a sealed day. Needs no service, no database, no network.

    Leaves with 0 and says what was proven, or with 1 and says where the proof breaks.
    """
    try:
        keys = public_keys(path.read_bytes() for path in key)
        proven = verify_receipt(file.read_bytes(), keys)
    except (KeyFileError, ReceiptRefusedError) as refused:
        typer.echo(f"not proven: {refused}", err=True)
        raise typer.Exit(1) from None
    typer.echo(told(proven))


def told(proven: Proven) -> str:
    """Say in words what a good receipt proves."""
    entry = proven.entry
    head = f"proven: claim {proven.claim} stands in the sealed day {proven.period} (key {proven.kid})"
    lines = [f"  {line['side']} {line['account']} {yuan(line['amount'])}" for line in entry["lines"]]
    return "\n".join([head, f"  {entry['template']} {entry['summary']} in book {entry['book']}", *lines])
