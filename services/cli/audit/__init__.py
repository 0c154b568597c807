"""稽核: replay the four logs and compare every conclusion with what the services concluded (``claims audit``)."""

from typing import Any


def __getattr__(name: str) -> Any:
    """Give the command when it is asked for: a helper of the crew has no use for what draws and calls."""
    if name != "app":
        raise AttributeError(name)
    from services.cli.audit.command import app  # noqa: PLC0415

    return app
