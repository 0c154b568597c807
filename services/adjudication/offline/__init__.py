"""Adjudication without the service (离线核定): the same rules from files, for checking, trying and proving packs."""

from services.adjudication.offline.stream import Counts, adjudicate

__all__ = ["Counts", "adjudicate"]
