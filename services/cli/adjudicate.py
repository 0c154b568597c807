"""离线核定: decide cases from standard input, with no service running."""

from services.adjudication.offline.commands import adjudicate_app as app

__all__ = ["app"]
