"""Runs only PostgreSQL and Kafka until Ctrl-C, for one who works on a service: `python -m deploy.embedded`."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy import topics
from deploy.embedded import EmbeddedError, discard, stack


def main(
    state: Annotated[Path, typer.Argument(help="Where the data lies and lasts.")] = Path(".state"),
    *,
    delete: Annotated[bool, typer.Option("--discard", help="Delete the data instead.")] = False,
) -> None:
    """Run PostgreSQL and Kafka on the data of STATE and print how tests find them."""
    try:
        if delete:
            discard(state)
        else:
            _run(state)
    except EmbeddedError as error:
        sys.exit(str(error))


def _run(state: Path) -> None:
    signals = {signal.SIGINT, signal.SIGTERM}
    with stack(state) as running:
        asyncio.run(topics.create(running.kafka))
        # from here on a signal waits to be taken, so none falls between the words and the waiting
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        typer.echo(f"export CLAIMS_TEST_POSTGRES={running.admin_dsn}")
        typer.echo(f"export CLAIMS_TEST_KAFKA={running.kafka}")
        signal.sigwait(signals)


if __name__ == "__main__":
    typer.run(main)
