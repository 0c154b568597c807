"""凭证查阅: vouchers as they stand, one by one, in lists, and printed."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from contracts.ids import entry_id
from contracts.ledger import Voucher
from contracts.text import BookCode, Code
from services.chassis.answers import PDF, answers, files
from services.chassis.unit import Log
from services.ledger.api.answers.papers import ShownVoucher, VoucherPage
from services.ledger.api.callers import Reader
from services.ledger.api.vouchers import known
from services.ledger.decide.capitals import capitals
from services.ledger.reading import newest_chart
from services.ledger.reports import voucher_page
from services.ledger.store import vouchers
from services.ledger.store.vouchers import Kept

Status = Literal["proposed", "approved", "rejected"]
Number = Annotated[str, Query(pattern=r"^[1-9][0-9]{5}-[0-9]{3,5}(-memo)?-[TV][0-9]+(-[0-9]+)+$", max_length=64)]
"""The number of a voucher: its book, then ``V``, day and count, or the closing template, year and attempt."""


def router(log: Log) -> APIRouter:
    """Make the routes that read ``/vouchers``."""
    routes = APIRouter(tags=["vouchers"])

    @routes.get("/vouchers", responses=answers(VoucherPage))
    async def look_through(
        caller: Reader,
        status: Status | None = None,
        book: BookCode | None = None,
        after: Number | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> dict[str, Any]:
        """List vouchers by number, behind ``after``."""
        async with log.pool.acquire() as connection:
            found = await vouchers.listed(connection, status=status, book=book, after=after or "", limit=limit)
        return {"vouchers": [_shown(kept) for kept in found]}

    @routes.get("/vouchers/{voucher}", responses=answers(ShownVoucher))
    async def look_up(voucher: Code, caller: Reader) -> dict[str, Any]:
        """Show a voucher with its lines and what became of it."""
        async with log.pool.acquire() as connection:
            return _shown(known(await vouchers.find(connection, voucher), voucher))

    @routes.get("/vouchers/{voucher}/print", response_class=Response, responses=files(PDF))
    async def print_out(voucher: Code, caller: Reader) -> Response:
        """记账凭证 as a PDF, the amount in RMB capitals; with its number once the day that booked it is sealed."""
        async with log.pool.acquire() as connection:
            kept = known(await vouchers.find(connection, voucher), voucher)
            chart = await newest_chart(connection)
            number = await vouchers.number(connection, _entry(kept.event, kept.voucher)) if kept.event else None
        return Response(voucher_page.pdf(kept, chart, number), media_type=PDF)

    return routes


def _entry(event: UUID, voucher: Voucher) -> UUID:
    """Name the entry that an approved voucher was booked as."""
    return entry_id(event, voucher.template, voucher.book, 0)


def _shown(kept: Kept) -> dict[str, Any]:
    return {
        **kept.voucher.model_dump(mode="json"),
        "status": kept.status,
        "maker": kept.maker,
        "checker": kept.checker,
        "proposed": kept.proposed.isoformat(),
        "decided": kept.decided and kept.decided.isoformat(),
        "reason": kept.reason,
        "event": kept.event and str(kept.event),
        "amount": kept.voucher.amount(),
        "capitals": capitals(kept.voucher.amount()),
    }
