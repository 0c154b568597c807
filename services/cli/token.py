"""Give somebody a token of the embedded stack's own issuer; it opens nothing in production."""

from pathlib import Path
from typing import Annotated

import typer

from services.chassis.tokens import WORKING_DAY_HOURS, Issuer

app = typer.Typer(add_completion=False)


@app.command()
def token(
    actor: Annotated[str, typer.Option(help="Who it is for; stands in every event they cause, e.g. li.si")],
    role: Annotated[list[str], typer.Option(help="What they may do; may be given several times, e.g. clerk")],
    person: Annotated[str | None, typer.Option(help="Their own number as an insured person, e.g. P000001")] = None,
    state: Annotated[Path, typer.Option(help="The state directory of the running stack.")] = Path(".state"),
    hours: Annotated[int, typer.Option(min=1, max=24 * 31, help="How long it is good for.")] = WORKING_DAY_HOURS,
) -> None:
    """Print a bearer token for a person of the embedded stack.

    Example: curl -H "Authorization: Bearer $(claims token --actor li.si --role clerk)" URL
    """
    keys = state / "keys"
    if not (keys / "issuer.json").exists():
        raise typer.BadParameter(f"no stack has been started in {state}; run claims up first", param_hint="--state")
    try:
        typer.echo(Issuer.open(keys).token(actor, role, hours, person))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--role") from None
