"""What was given up: two people decided, and the row that they name stands in its log as they saw it."""

from collections.abc import Iterable, Mapping

from contracts.money import yuan
from contracts.parked import GivenUp
from services.cli.audit.log.divergence import Differences, Place
from services.cli.audit.log.published import Ends


def check_given_up(
    given_up: Iterable[tuple[Place, GivenUp]], rows: Mapping[Place, str], ends: Ends, found: Differences
) -> None:
    """Check every word of it. ``rows`` has the hash of each row that adjudication or the ledger gave up.

    Where an archive ``ends``, rows of later days may be missing that were given up before its last seal.
    """
    for where, what in given_up:
        row = Place(what.source, what.shard, what.seq)
        found.expect(where, f"giving {row} up: maker and checker are two people", True, what.maker != what.checker)
        is_beyond = row not in rows and what.seq > ends.get((what.source, what.shard), what.seq)
        if where.service in ("adjudication", "ledger") and not is_beyond:
            found.expect(where, f"hash of {row}, which was given up", rows.get(row), what.hash)


def in_words(where: Place, what: GivenUp) -> str:
    """Say what was given up, where, and by whom."""
    amount = f" of {yuan(what.total.amount)}" if what.total else ""
    row = f"{what.source}/{what.shard}/{what.seq}"
    return (
        f"{where}: {what.kind} {row}{amount} of {what.day} given up by {what.maker} and {what.checker}: {what.reason}"
    )
