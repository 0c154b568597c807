"""What the fund owes and has not yet put into a batch, and what it is owed back (应付, 应收追回)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from contracts.text import BookCode, Code, Day
from services.chassis.answers import answers
from services.chassis.unit import Log
from services.payment.api.answers import ExcessRecoveries, LapsedPayables, PayablePage, Receivables
from services.payment.api.callers import Reader
from services.payment.store import payables


def router(log: Log) -> APIRouter:
    """Make the routes under ``/payables`` and ``/receivables``."""
    routes = APIRouter(tags=["payables"])

    @routes.get("/payables", responses=answers(PayablePage))
    async def look_through(
        caller: Reader,
        book: BookCode | None = None,
        after_day: Day = date.min,
        after_claim: Code | None = None,
        limit: Annotated[int, Query(ge=1, le=5_000)] = 500,
    ) -> dict[str, Any]:
        """应付: what could go into a batch now, oldest first, behind a day and a claim."""
        async with log.pool.acquire() as connection:
            found = await payables.page_of_due(connection, book, (after_day, after_claim or ""), limit)
        return {"payables": found}

    @routes.get("/payables/lapsed", responses=answers(LapsedPayables))
    async def look_at_lapsed(caller: Reader, book: BookCode | None = None) -> dict[str, Any]:
        """退票不再支付: what the bank gave back and is booked as never to be paid again; a red voucher reopens it."""
        async with log.pool.acquire() as connection:
            return {"lapsed": await payables.lapsed(connection, book)}

    @routes.get("/receivables", responses=answers(Receivables))
    async def look_at_receivables(caller: Reader, book: BookCode | None = None) -> dict[str, Any]:
        """应收追回: claims for which more was paid than is left of them after clawbacks and came back by voucher."""
        async with log.pool.acquire() as connection:
            return {"receivables": await payables.receivables(connection, book)}

    @routes.get("/receivables/excess", responses=answers(ExcessRecoveries))
    async def look_at_excess(caller: Reader, book: BookCode | None = None) -> dict[str, Any]:
        """多收追回: claims for which more came back by voucher than had to; a red voucher gives it back."""
        async with log.pool.acquire() as connection:
            return {"excess": await payables.excess(connection, book)}

    return routes
