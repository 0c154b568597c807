"""Check, explain, compare and simulate rule packs (``claims pack``)."""

from services.adjudication.offline.commands import pack_app as app

__all__ = ["app"]
