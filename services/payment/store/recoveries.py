"""What came back by voucher (追回款到账), as the ledger's log tells it: it closes a receivable."""

from collections.abc import Sequence

from contracts.envelope import Event
from contracts.ids import entry_id
from contracts.ledger import VoucherApproved
from services.chassis.postgres import Connection

TEMPLATES = frozenset({"T21", "T22"})
"""追回当年待遇, 追回以前年度待遇."""


async def keep(connection: Connection, said: Sequence[tuple[Event, VoucherApproved]]) -> None:
    """Keep the approved vouchers that book a recovery and name its claim, as the memo book (M07) takes them.

    One that a red voucher takes back counts no more (红字更正).
    """
    vouchers = [(event, body.voucher) for event, body in said]
    rows = [
        (
            voucher.voucher,
            voucher.lines[0].claim,
            voucher.book,
            voucher.lines[0].amount,
            entry_id(event.id, voucher.template, voucher.book, 0),
        )
        for event, voucher in vouchers
        if voucher.template in TEMPLATES and voucher.lines[0].claim is not None
    ]
    if rows:
        await connection.execute(_KEEP, *map(list, zip(*rows, strict=True)))
    red = [(voucher.corrects, voucher.voucher) for _, voucher in vouchers if voucher.corrects is not None]
    if red:
        await connection.execute(_CORRECT, *map(list, zip(*red, strict=True)))


_KEEP = """
insert into state.recovery (voucher, claim, book, amount, entry)
select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::uuid[])
"""

_CORRECT = """
update state.recovery as back
set corrected_by = red.voucher
from unnest($1::uuid[], $2::text[]) as red (entry, voucher)
where back.entry = red.entry
"""
