"""记账凭证 in the database: proposed by one person, decided by another."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from contracts.ledger import Voucher
from services.chassis.postgres import Connection


class Kept(NamedTuple):
    """A voucher as it stands: ``status`` is proposed, approved or rejected; ``event`` booked it."""

    voucher: Voucher
    status: str
    maker: str
    checker: str | None
    proposed: date
    decided: date | None
    reason: str | None
    event: UUID | None


async def propose(connection: Connection, voucher: Voucher, maker: str, day: date) -> None:
    """Keep a proposed voucher."""
    content = orjson.dumps(voucher.model_dump(mode="json")).decode()
    row = (voucher.voucher, voucher.book, voucher.template, maker, day, content)
    await connection.execute(_PROPOSE, *row)


async def made(connection: Connection, prefix: str) -> int:
    """Count the vouchers whose number begins so."""
    return int(await connection.fetchval("select count(*) from state.voucher where starts_with(voucher, $1)", prefix))


async def decide(
    connection: Connection,
    voucher: str,
    checker: str,
    day: date,
    *,
    event: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Approve a voucher, naming the event that books it, or reject it with a reason."""
    await connection.execute(_DECIDE, voucher, checker, day, event, reason)


async def find(connection: Connection, voucher: str) -> Kept | None:
    """Find a voucher. Who decides it holds the head of the vouchers' shard."""
    rows = await connection.fetch(_FIND, voucher)
    return _kept(rows)[0] if rows else None


async def listed(connection: Connection, *, status: str | None, book: str | None, after: str, limit: int) -> list[Kept]:
    """List vouchers by number, after one, at most ``limit``."""
    return _kept(await connection.fetch(_LIST, status, book, after, limit))


async def number(connection: Connection, entry: UUID) -> int | None:
    """凭证号: give an entry its number in its book's month, as ``number_vouchers`` does; None before the seal."""
    return int(await connection.fetchval(_NUMBER, entry)) or None


def _kept(rows: Sequence[Any]) -> list[Kept]:
    return [
        Kept(
            Voucher.model_validate_json(row["content"]),
            row["status"],
            row["maker"],
            row["checker"],
            row["proposed"],
            row["decided"],
            row["reason"],
            row["event"],
        )
        for row in rows
    ]


_PROPOSE = """
insert into state.voucher (voucher, book, template, status, maker, proposed, content)
values ($1, $2, $3, 'proposed', $4, $5, $6)
"""

_DECIDE = """
update state.voucher
set status = case when $4::uuid is null then 'rejected' else 'approved' end,
    checker = $2, decided = $3, event = $4, reason = $5
where voucher = $1
"""

_FIND = """
select content, status, maker, checker, proposed, decided, reason, event
from state.voucher where voucher = $1
"""

_LIST = """
select content, status, maker, checker, proposed, decided, reason, event
from state.voucher
where ($1::text is null or status = $1) and ($2::text is null or book = $2) and voucher > $3
order by voucher limit $4
"""

_NUMBER = """
select count(*)
from state.entry as mine
join state.sealed on sealed.day = mine.business_date
join state.entry as one on one.book = mine.book
    and one.business_date between date_trunc('month', mine.business_date) and mine.business_date
    and (one.business_date, one.template collate "C", one.id)
        <= (mine.business_date, mine.template collate "C", mine.id)
where mine.id = $1
"""
