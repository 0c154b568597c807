"""Run one service in this process, as its container does."""

import runpy
from typing import Annotated

import typer

from contracts.topics import Service

app = typer.Typer(add_completion=False)


@app.command()
def serve(service: Annotated[Service, typer.Argument(help="Which one.")]) -> None:
    """Run one service with the settings of the environment (CLAIMS_...) until it is told to stop."""
    runpy.run_module(f"services.{service}", run_name="__main__", alter_sys=True)
