"""The vault: where each payee's money goes, every version of it, and who changed it."""

from collections.abc import Collection, Sequence
from typing import Any

import asyncpg

from services.chassis.errors import Conflict
from services.chassis.postgres import Connection
from services.payment.model import Payee, PayeeAccount


async def change(connection: Connection, accounts: Sequence[PayeeAccount], actor: str) -> int:
    """Add a version for every payee whose account is not as given; give how many changed.

    Raises ``Conflict`` TRY_AGAIN when another request changes the same payee at the same time.
    """
    latest = {said.payee: said for said in accounts}
    rows = sorted((said.payee, said.name, said.account, said.bank_code) for said in latest.values())
    try:
        changed = await connection.fetch(_CHANGE, *map(list, zip(*rows, strict=True)), actor)
    except asyncpg.UniqueViolationError:
        raise Conflict("TRY_AGAIN", "another request changed the same payee just now", "payee") from None
    return len(changed)


async def current(connection: Connection, payees: Collection[str]) -> dict[str, Payee]:
    """Give the newest version of these payees' accounts; those without one are not in the answer."""
    rows = await connection.fetch(_CURRENT, list(payees))
    return {row["payee"]: Payee(**row) for row in rows}


async def show(connection: Connection, payee: str) -> dict[str, Any] | None:
    """Give a payee's account and who changed it last, or None."""
    row = await connection.fetchrow(_SHOW, payee)
    return None if row is None else dict(row)


_CHANGE = """
insert into vault.payee (payee, version, name, account, bank_code, changed_by)
select given.payee, coalesce(known.version, 0) + 1, given.name, given.account, given.bank_code, $5
from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as given (payee, name, account, bank_code)
left join lateral (
    select version, name, account, bank_code from vault.payee
    where payee.payee = given.payee
    order by version desc
    limit 1
) as known on true
where (known.name, known.account, known.bank_code)
    is distinct from (given.name, given.account, given.bank_code)
order by given.payee
returning payee
"""

_CURRENT = """
select distinct on (payee) payee, version, name, account, bank_code from vault.payee
where payee = any($1::text[])
order by payee, version desc
"""

_SHOW = """
select payee, version, name, account, bank_code, changed_by, changed_at from vault.payee
where payee = $1
order by version desc
limit 1
"""
