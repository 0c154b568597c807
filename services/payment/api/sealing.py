"""Another person seals a batch, or it is voided (复核, 作废)."""

import functools
import hashlib
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contracts.text import Code
from services.chassis.answers import answers
from services.chassis.command import Answer, command
from services.chassis.day import open_day
from services.chassis.errors import Conflict, Forbidden
from services.chassis.unit import Log, Unit
from services.payment.api.answers import Sealed, Voided
from services.payment.api.batches import known
from services.payment.api.callers import Checker, MakerOrChecker
from services.payment.banks import BANKS
from services.payment.decide import approval
from services.payment.model import Reason
from services.payment.store import batches, payables, payees


def router(log: Log) -> APIRouter:
    """Make the routes by which a proposed batch is decided."""
    routes = APIRouter(tags=["batches"])

    @routes.post("/batches/{batch}/approve", responses=answers(Sealed))
    async def approve(request: Request, batch: Code, caller: Checker) -> Response:
        """复核: seal the batch and its bank file. 409 BATCH_CHANGED when it had to be voided instead."""
        return await command(log, request, caller, functools.partial(_approve, number=batch))

    @routes.post("/batches/{batch}/void", responses=answers(Voided))
    async def void(request: Request, batch: Code, body: Reason, caller: MakerOrChecker) -> Response:
        """作废: the maker takes a batch back, or a checker turns it down."""
        return await command(log, request, caller, functools.partial(_void, number=batch, note=body.reason))

    return routes


async def _approve(unit: Unit, cause: UUID, number: str) -> Answer:
    batch = known(await batches.find(unit.conn, number), number)
    fault = approval.check_open(batch)
    if fault:
        raise Conflict.of([fault])
    fault = approval.check_checker(batch, unit.actor)
    if fault:
        raise Forbidden.of([fault])
    left = await payables.left(unit.conn, number)
    accounts = await payees.current(unit.conn, {line.payee for line in batch.lines})
    changed = list(approval.changes(batch, left, accounts))
    if changed:
        unit.append(approval.void_changed(batch, changed), stream=number, cause=cause)
        message = f"batch {number} is void: something in it changed after it was made"
        return 409, Conflict("BATCH_CHANGED", message, "batch", details=changed).as_json()
    await unit.lock(number)  # from here on the business day cannot roll before this is stamped
    order = approval.order_file(batch, accounts, await open_day(unit.conn))
    content = BANKS[batch.bank].write(order)
    body = approval.seal(batch, unit.actor, hashlib.sha256(content).hexdigest())
    await batches.seal_file(unit.conn, number, content)
    unit.append(body, stream=number, cause=cause)
    return 200, {
        "batch": number,
        "file_digest": body.file_digest,
        "lines": len(body.lines),
        "total": body.total,
    }


async def _void(unit: Unit, cause: UUID, number: str, note: str) -> tuple[int, Voided]:
    batch = known(await batches.find(unit.conn, number), number)
    fault = approval.check_open(batch)
    if fault:
        raise Conflict.of([fault])
    body = approval.void_by(batch, unit.actor, note)
    unit.append(body, stream=number, cause=cause)
    return 200, {"batch": number, "reason": body.reason}
