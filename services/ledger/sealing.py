"""日结: lay the day's lines together, look at everything, and say what is missing or what would be sealed."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from contracts.bank import ExceptionClosed
from contracts.closing import DayClosed, OwnHead
from contracts.topics import Service
from services.chassis import log
from services.chassis.unit import Unit
from services.ledger.bank.rules import rules
from services.ledger.decide.gate import Missing, gate
from services.ledger.decide.laying import answered, laid
from services.ledger.decide.matching import match
from services.ledger.decide.merkle import leaf_hash
from services.ledger.decide.seal import Tree, seal_of
from services.ledger.evidence import gather
from services.ledger.store import bank, closing, daybook

MARKERS = 48
"""Sixteen shards of three sources."""


class Verdict(NamedTuple):
    """What keeps the day open, or the seal that it would get from this maker."""

    missing: tuple[Missing, ...]
    seal: DayClosed | None


async def lay_together(unit: Unit, day: date, cause: UUID) -> int:
    """自动勾对: match by rule what either side has up to the end of ``day``, once nothing of it can come any more.

    Gives the number of matches. The log's heads are locked by the caller.
    """
    if await closing.first_unsealed(unit.conn) != day or len(await daybook.cut(unit.conn, day)) < MARKERS:
        return 0
    accounts = await bank.accounts(unit.conn)
    exceptions = await bank.open_exceptions(unit.conn, day)
    sure = [rule for rule in rules() if rule.auto]
    events, closed, count = 0, list[ExceptionClosed](), 0
    for account in accounts:
        name = account.bank_account
        found = match(*await bank.open_items(unit.conn, name, day), sure).matches
        for body in laid(account, day, found, unit.actor):
            unit.append(body, stream=name, cause=cause, n=events)
            events += 1
        closed += answered(found, [one for one in exceptions if one.bank_account == name], day)
        count += len(found)
    for n, gone in enumerate(closed):
        unit.append(gone, stream=gone.bank_account, cause=cause, n=n)
    await unit.flush()
    return count


async def look(unit: Unit, day: date, maker: str, parked: Mapping[Service, int]) -> Verdict:
    """Judge a day as it stands. The log's heads are locked by the caller, so that it stays as it is seen.

    ``parked`` is how many events each source has parked now, as far as it is known.
    """
    gathered = await gather(unit.conn, day, parked)
    missing = gate(gathered.facts)
    if missing:
        return Verdict(missing, None)
    leaves = [leaf_hash(text) for text in await daybook.entry_texts(unit.conn, day)]
    tree = Tree(leaves, await daybook.line_count(unit.conn, day))
    return Verdict((), seal_of(tree, gathered.evidence, maker))


async def own_heads(unit: Unit) -> list[OwnHead]:
    """Say where the ledger's own log stands: the seal is its next row. The heads are locked by the caller."""
    return [OwnHead(shard=one.shard, seq=one.seq, hash=one.hash.hex()) for one in await log.heads(unit.conn)]
