"""What came back by voucher (追回款到账), as the ledger's log tells it: it closes a receivable."""

from collections.abc import Sequence

from contracts.ledger import Voucher
from services.chassis.postgres import Connection

TEMPLATES = frozenset({"T21", "T22"})
"""追回当年待遇, 追回以前年度待遇."""


async def keep(connection: Connection, vouchers: Sequence[Voucher]) -> None:
    """Keep the approved vouchers that book a recovery and name its claim, as the memo book (M07) takes them."""
    rows = [
        (voucher.voucher, voucher.lines[0].claim, voucher.book, voucher.lines[0].amount)
        for voucher in vouchers
        if voucher.template in TEMPLATES and voucher.lines[0].claim is not None
    ]
    if rows:
        await connection.execute(_KEEP, *map(list, zip(*rows, strict=True)))


_KEEP = """
insert into state.recovery (voucher, claim, book, amount)
select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
"""
