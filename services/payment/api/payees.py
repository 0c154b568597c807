"""The counter keeps the bank accounts of people and providers (收款账户); every change remembers who made it."""

import functools
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contracts.text import Code
from services.chassis.answers import answers
from services.chassis.command import command
from services.chassis.errors import NotFound
from services.chassis.ndjson import describe, read_lines
from services.chassis.unit import Log, Unit
from services.payment.api.answers import ChangedPayees, ShownPayee
from services.payment.api.callers import Clerk
from services.payment.model import Account, PayeeAccount
from services.payment.store import payees

MOST_LINES = 5_000


def router(log: Log) -> APIRouter:
    """Make the routes under ``/payees``."""
    routes = APIRouter(tags=["payees"])

    @routes.put("/payees/{payee}", responses=answers(ChangedPayees))
    async def change_one(request: Request, payee: Code, body: Account, caller: Clerk) -> Response:
        """变更账户: the account of a person number or provider code from now on."""
        said = PayeeAccount(payee=payee, **body.model_dump())
        return await command(log, request, caller, functools.partial(_change, accounts=(said,)))

    @routes.post("/payees/bulk", responses=answers(ChangedPayees), openapi_extra=describe(PayeeAccount))
    async def change_many(request: Request, caller: Clerk) -> Response:
        """批量账户: NDJSON, one payee a line; every line is good, or none is written."""
        lines = await read_lines(request, PayeeAccount, MOST_LINES)
        return await command(log, request, caller, functools.partial(_change, accounts=lines))

    @routes.get("/payees/{payee}", responses=answers(ShownPayee))
    async def look_up(payee: Code, caller: Clerk) -> dict[str, Any]:
        """Show a payee's account, and who changed it last."""
        async with log.pool.acquire() as connection:
            found = await payees.show(connection, payee)
        if found is None:
            raise NotFound("UNKNOWN_PAYEE", f"there is no account for {payee}", "payee")
        return found

    return routes


async def _change(unit: Unit, cause: UUID, accounts: Sequence[PayeeAccount]) -> tuple[int, ChangedPayees]:
    return 200, {"changed": await payees.change(unit.conn, accounts, unit.actor)}
