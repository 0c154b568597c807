"""Batches and their lines, and the sealed files that the bank gets and sends."""

from typing import Any

from contracts.clawbacks import FundSplit
from contracts.payments import PaymentLine
from services.chassis.postgres import Connection
from services.payment.model import Batch

_MAKING = 7_303_001


async def take_turns(connection: Connection) -> None:
    """Let one maker at a time propose batches, until the transaction ends: nobody takes the same claim twice."""
    await connection.execute("select pg_advisory_xact_lock($1)", _MAKING)


async def made(connection: Connection, prefix: str) -> int:
    """Count the batches whose number begins with ``prefix``."""
    count: int = await connection.fetchval("select count(*) from state.batch where starts_with(batch, $1)", prefix)
    return count


async def find(connection: Connection, batch: str) -> Batch | None:
    """Give a batch with its lines and keep it as it is until the transaction ends, or None."""
    row = await connection.fetchrow(_FIND, batch)
    if row is None:
        return None
    lines = await connection.fetch(_LINES, batch)
    return Batch(
        **row,
        lines=tuple(_line(line) for line in lines),
        versions=tuple(line["payee_version"] for line in lines),
        states=tuple(line["status"] for line in lines),
        return_reasons=tuple(line["return_reason"] for line in lines),
    )


async def batch_of(connection: Connection, line: str) -> str | None:
    """Give the batch that a line stands in, or None."""
    batch: str | None = await connection.fetchval("select batch from state.line where line = $1", line)
    return batch


async def page(
    connection: Connection, book: str | None, status: str | None, after: str, limit: int
) -> list[dict[str, Any]]:
    """Give the next ``limit`` batches behind number ``after``."""
    return [dict(row) for row in await connection.fetch(_PAGE, book, status, after, limit)]


async def show_batch(connection: Connection, batch: str) -> dict[str, Any] | None:
    """Give all that is on record about a batch, with its lines, or None."""
    row = await connection.fetchrow(_SHOW_BATCH, batch)
    if row is None:
        return None
    lines = await connection.fetch(f"{_SHOW_LINE} where batch = $1 order by n", batch)
    return dict(row) | {"lines": [dict(line) for line in lines]}


async def show_line(connection: Connection, line: str) -> dict[str, Any] | None:
    """Give all that is on record about a line, or None."""
    row = await connection.fetchrow(f"{_SHOW_LINE} where line = $1", line)
    return None if row is None else dict(row)


async def seal_file(connection: Connection, batch: str, content: bytes) -> None:
    """Keep the bank file of a batch for ever."""
    await connection.execute("insert into vault.bank_file (batch, content) values ($1, $2)", batch, content)


async def sealed_file(connection: Connection, batch: str) -> bytes | None:
    """Give the sealed bank file of a batch, or None while it is not ordered."""
    content: bytes | None = await connection.fetchval("select content from vault.bank_file where batch = $1", batch)
    return content


async def keep_return(connection: Connection, voucher: str, content: bytes, actor: str) -> bytes | None:
    """Keep a return file under the bank's voucher number; give the earlier file where one stands there."""
    if await connection.fetchval(_KEEP_RETURN, voucher, content, actor):
        return None
    earlier: bytes = await connection.fetchval("select content from vault.return_file where voucher = $1", voucher)
    return earlier


def _line(row: Any) -> PaymentLine:
    split = FundSplit(
        basic=row["basic"],
        supplement=row["supplement"],
        critical=row["critical"],
        assistance=row["assistance"],
    )
    return PaymentLine(
        line=row["line"],
        claim=row["claim"],
        kind=row["kind"],
        person=row["person"],
        pay_to=row["pay_to"],
        payee=row["payee"],
        amount=row["amount"],
        split=split,
        repays=row["repays"],
        decision=row["decision"],
    )


_FIND = """
select batch, book, account, bank, maker, checker, status, total, ordered_on, file_digest, bank_voucher
from state.batch
where batch = $1
for update
"""

_LINES = """
select line, claim, kind, person, pay_to, payee, payee_version, amount,
    basic, supplement, critical, assistance, repays, decision, status, return_reason
from state.line
where batch = $1
order by n
"""

_PAGE = """
select batch, book, account, bank, maker, checker, status, total, proposed_on, ordered_on, value_date
from state.batch
where ($1::text is null or book = $1) and ($2::text is null or status = $2) and batch > $3
order by batch
limit $4
"""

_SHOW_BATCH = """
select batch, book, account, bank, maker, checker, status, total, proposed_on, ordered_on, file_digest,
    void_reason, note, bank_voucher, value_date
from state.batch
where batch = $1
"""

_SHOW_LINE = """
select line, batch, n, claim, kind, person, pay_to, payee, amount, basic, supplement, critical, assistance,
    repays, decision, status, return_reason, return_voucher, returned_on
from state.line
"""

_KEEP_RETURN = """
insert into vault.return_file (voucher, content, received_by) values ($1, $2, $3)
on conflict (voucher) do nothing
returning true
"""
