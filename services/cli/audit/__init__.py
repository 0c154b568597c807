"""稽核: replay the four logs and compare every conclusion with what the services concluded (``claims audit``)."""

from services.cli.audit.command import app

__all__ = ["app"]
