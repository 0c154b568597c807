"""The bank says what it paid, and what came back is mended and paid again (回盘, 退票, 重拨)."""

import functools
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from contracts.payments import BankFormat
from contracts.text import Code
from services.chassis.answers import answers
from services.chassis.command import command
from services.chassis.day import open_day
from services.chassis.errors import BadInput, Conflict, Fault, NotFound
from services.chassis.unit import Log, Unit
from services.payment.api.answers import Repaid, ReturnedRow, ShownLine, TakenReturn
from services.payment.api.callers import BankMessenger, Clerk, Reader
from services.payment.banks import BANKS
from services.payment.decide import returns
from services.payment.decide.repayment import repay
from services.payment.model import Reason, ReturnFile
from services.payment.store import batches, payables, payees

_RETURN_BODY = {
    "requestBody": {
        "required": True,
        "content": {"text/plain": {"schema": {"type": "string", "description": "the return file, as it came"}}},
    }
}


def router(log: Log) -> APIRouter:
    """Make the routes under ``/bank-returns`` and ``/lines``."""
    routes = APIRouter(tags=["bank returns"])

    @routes.post("/bank-returns", responses=answers(TakenReturn), openapi_extra=_RETURN_BODY)
    async def take_return(
        request: Request, caller: BankMessenger, bank: Annotated[BankFormat, Query()] = "neutral"
    ) -> Response:
        """回盘: the bank's return file. Wrong in one row, it is refused whole; sent again, it changes nothing."""
        content = await request.body()
        file = BANKS[bank].read(content)
        return await command(log, request, caller, functools.partial(_take, file=file, content=content))

    @routes.get("/lines/{line}", responses=answers(ShownLine))
    async def look_up(line: Code, caller: Reader) -> dict[str, Any]:
        """Show a payment line and what became of it."""
        async with log.pool.acquire() as connection:
            found = await batches.show_line(connection, line)
        if found is None:
            raise _unknown(line)
        return found

    @routes.post("/lines/{line}/repay", responses=answers(Repaid))
    async def let_repay(request: Request, line: Code, body: Reason, caller: Clerk) -> Response:
        """重拨: the next batch makes the returned line good. 409 while its account is wrong or if it lapsed (T11)."""
        return await command(log, request, caller, functools.partial(_repay, line=line, reason=body.reason))

    return routes


async def _take(unit: Unit, cause: UUID, file: ReturnFile, content: bytes) -> tuple[int, TakenReturn]:
    head = file.header
    first = await batches.keep_return(unit.conn, head.voucher, content, unit.actor)
    if first is not None:
        if first != content:
            raise Conflict("OTHER_FILE", f"voucher {head.voucher} came with another file before", "head.voucher")
        return 200, _summary(file, repeated=True)
    batch = await batches.find(unit.conn, head.batch)
    if batch is None:
        raise BadInput("UNKNOWN_BATCH", f"there is no batch {head.batch}", "head.batch")
    await unit.lock(batch.batch)  # from here on the business day cannot roll before this is stamped
    faults = returns.check(file, batch, await open_day(unit.conn))
    if faults:
        raise Conflict.of(faults)
    confirmed = returns.confirmed(file, batch)
    if confirmed:
        unit.append(confirmed, stream=batch.batch, cause=cause)
    for n, body in enumerate(returns.returned(file, batch)):
        unit.append(body, stream=batch.batch, cause=cause, n=n)
    return 200, _summary(file, repeated=False)


def _summary(file: ReturnFile, *, repeated: bool) -> TakenReturn:
    back = [
        ReturnedRow(line=row.line, amount=row.amount, reason=row.result) for row in file.rows if row.result != "paid"
    ]
    return {
        "batch": file.header.batch,
        "voucher": file.header.voucher,
        "paid": file.header.total if file.header.kind == "settled" else 0,
        "returned": back,
        "repeated": repeated,
    }


async def _repay(unit: Unit, cause: UUID, line: str, reason: str) -> tuple[int, Repaid]:
    number = await batches.batch_of(unit.conn, line)
    batch = None if number is None else await batches.find(unit.conn, number)
    if batch is None:
        raise _unknown(line)
    back = next(candidate for candidate in batch.lines if candidate.line == line)
    accounts = await payees.current(unit.conn, {back.payee})
    lapsed = await payables.has_lapsed(unit.conn, back.claim, line)
    verdict = repay(batch, line, accounts.get(back.payee), reason, lapsed=lapsed)
    if isinstance(verdict, Fault):
        raise Conflict.of([verdict])
    unit.append(verdict, stream=batch.batch, cause=cause)
    return 200, {"line": line, "claim": verdict.claim}


def _unknown(line: str) -> NotFound:
    return NotFound("UNKNOWN_LINE", f"there is no payment line {line}", "line")
