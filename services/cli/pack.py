"""规则包: check, compare, simulate and print rule packs."""

from services.adjudication.offline.commands import pack_app as app

__all__ = ["app"]
