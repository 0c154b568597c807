"""Decide cases from a file, without a database (``claims adjudicate``)."""

from services.adjudication.offline.commands import adjudicate_app as app

__all__ = ["app"]
