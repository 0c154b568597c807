"""规则包: check, compare, simulate and print rule packs."""

from services.adjudication.offline.commands import pack_app as app
from services.cli.simulate import simulate_command

app.command("simulate")(simulate_command)

__all__ = ["app"]
