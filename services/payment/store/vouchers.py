"""What the ledger books by hand about a claim: it came back (追回款到账), or is never paid again (退票不再支付)."""

from collections.abc import Sequence

from contracts.envelope import Event
from contracts.ids import entry_id
from contracts.ledger import LAPSED, RECOVERED, VoucherApproved
from services.chassis.postgres import Connection


async def keep(connection: Connection, said: Sequence[tuple[Event, VoucherApproved]]) -> None:
    """Keep the approved vouchers of these templates that name a claim; their first line has it, and the amount.

    One that a red voucher takes back counts no more (红字更正).
    """
    vouchers = [(event, body.voucher) for event, body in said]
    rows = [
        (
            voucher.voucher,
            voucher.template,
            voucher.lines[0].claim,
            voucher.book,
            voucher.lines[0].amount,
            entry_id(event.id, voucher.template, voucher.book, 0),
        )
        for event, voucher in vouchers
        if voucher.template in RECOVERED | LAPSED and voucher.lines[0].claim is not None
    ]
    if rows:
        await connection.execute(_KEEP, *map(list, zip(*rows, strict=True)))
    red = [(voucher.corrects, voucher.voucher) for _, voucher in vouchers if voucher.corrects is not None]
    if red:
        await connection.execute(_CORRECT, *map(list, zip(*red, strict=True)))


_KEEP = """
insert into state.voucher (voucher, template, claim, book, amount, entry)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::uuid[])
"""

_CORRECT = """
update state.voucher as booked
set corrected_by = red.voucher
from unnest($1::uuid[], $2::text[]) as red (entry, voucher)
where booked.entry = red.entry
"""
