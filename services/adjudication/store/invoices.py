"""Original invoices (原始发票): each is used once for all time, whoever comes first, on whichever shard."""

from collections.abc import Sequence

from services.chassis.postgres import Connection


async def reserve(connection: Connection, claims: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Reserve the invoices of claims about to be decided, ``(invoice, claim)`` each; give those already used.

    Waits for another unit that is deciding on the same invoice. A reservation is given up by the denial that
    follows it; an approved or pended claim keeps it.
    """
    invoices = [invoice for invoice, _ in claims]
    rows = await connection.fetch(_RESERVE, invoices, [claim for _, claim in claims])
    reserved = {row["invoice"] for row in rows}
    return await owners(connection, [invoice for invoice in invoices if invoice not in reserved])


async def give_up(connection: Connection, claims: Sequence[str]) -> None:
    """Give up what these claims had reserved, where nothing was decided that keeps it."""
    await connection.execute("delete from state.invoice where claim = any($1::text[])", list(claims))


async def owners(connection: Connection, invoices: Sequence[str]) -> dict[str, str]:
    """Tell which claim uses each of these invoices, for those that are used."""
    if not invoices:
        return {}
    return {row["invoice"]: row["claim"] for row in await connection.fetch(_OWNERS, invoices)}


_RESERVE = """
insert into state.invoice (invoice, claim)
select distinct on (wanted.invoice) wanted.invoice, wanted.claim
from unnest($1::text[], $2::text[]) with ordinality as wanted (invoice, claim, n)
order by wanted.invoice, wanted.n
on conflict (invoice) do nothing
returning invoice
"""

_OWNERS = "select invoice, claim from state.invoice where invoice = any($1::text[])"
