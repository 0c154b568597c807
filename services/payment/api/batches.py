"""A maker puts batches up, a checker seals them, and the bank file is theirs to fetch (制单, 复核, 送盘)."""

import functools
import hashlib
from itertools import count
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from contracts.text import BookCode, Code
from services.chassis.command import Answer, command
from services.chassis.day import open_day
from services.chassis.errors import BadInput, Conflict, Forbidden, NotFound
from services.chassis.unit import Log, Unit
from services.payment.api.callers import Checker, FileReader, Maker, MakerOrChecker, Reader
from services.payment.banks import BANKS
from services.payment.decide import approval
from services.payment.decide.proposal import check_order, number_prefix, propose
from services.payment.model import BatchOrder, BatchStatus, Reason
from services.payment.store import batches, payables, payees

Found = TypeVar("Found")

Limit = Annotated[int, Query(ge=1, le=500)]


def router(log: Log) -> APIRouter:
    """Make the routes under ``/batches``."""
    routes = APIRouter(tags=["batches"])

    @routes.post("/batches", status_code=201)
    async def make(request: Request, body: BatchOrder, caller: Maker) -> Response:
        """制单: as many batches as what is due needs, oldest first; payees without an account are left out."""
        return await command(log, request, caller, functools.partial(_make, order=body))

    @routes.post("/batches/{batch}/approve")
    async def approve(request: Request, batch: Code, caller: Checker) -> Response:
        """复核: seal the batch and its bank file. 409 BATCH_CHANGED when it had to be voided instead."""
        return await command(log, request, caller, functools.partial(_approve, number=batch))

    @routes.post("/batches/{batch}/void")
    async def void(request: Request, batch: Code, body: Reason, caller: MakerOrChecker) -> Response:
        """作废: the maker takes a batch back, or a checker turns it down."""
        return await command(log, request, caller, functools.partial(_void, number=batch, note=body.reason))

    @routes.get("/batches")
    async def look_through(
        caller: Reader,
        book: BookCode | None = None,
        status: BatchStatus | None = None,
        after: str = "",
        limit: Limit = 100,
    ) -> dict[str, Any]:
        """List batches by number, behind ``after``."""
        async with log.pool.acquire() as connection:
            return {"batches": await batches.page(connection, book, status, after, limit)}

    @routes.get("/batches/{batch}")
    async def look_up(batch: Code, caller: Reader) -> dict[str, Any]:
        """Show a batch and its lines; numbers only, no names."""
        async with log.pool.acquire() as connection:
            return _known(await batches.show_batch(connection, batch), batch)

    @routes.get("/batches/{batch}/file")
    async def fetch_file(batch: Code, caller: FileReader) -> Response:
        """银行文件: the sealed bytes, for the bank."""
        async with log.pool.acquire() as connection:
            shown = _known(await batches.show_batch(connection, batch), batch)
            content = await batches.sealed_file(connection, batch)
        if content is None:
            raise Conflict("NO_FILE_YET", f"batch {batch} is {shown['status']}: it has no sealed file", "batch")
        headers = {"etag": f'"{shown["file_digest"]}"'}
        return Response(content, headers=headers, media_type=BANKS[shown["bank"]].media_type)

    return routes


async def _make(unit: Unit, cause: UUID, order: BatchOrder) -> Answer:
    fault = check_order(order)
    if fault:
        raise BadInput.of([fault])
    await batches.take_turns(unit.conn)
    due = await payables.due(unit.conn, order.book)
    accounts = await payees.current(unit.conn, {item.payee for item in due})
    prefix = number_prefix(order.book, await open_day(unit.conn))
    made = await batches.made(unit.conn, prefix)
    proposal = propose(
        order,
        due,
        accounts,
        BANKS[order.bank].fits,
        maker=unit.actor,
        numbers=(f"{prefix}{n:03d}" for n in count(made + 1)),
    )
    for n, body in enumerate(proposal.batches):
        unit.append(body, stream=body.batch, cause=cause, n=n)
    return 201, {
        "batches": [{"batch": body.batch, "lines": len(body.lines), "total": body.total} for body in proposal.batches],
        "left_out": [left._asdict() for left in proposal.left_out],
    }


async def _approve(unit: Unit, cause: UUID, number: str) -> Answer:
    batch = _known(await batches.find(unit.conn, number), number)
    fault = approval.check_open(batch)
    if fault:
        raise Conflict.of([fault])
    fault = approval.check_checker(batch, unit.actor)
    if fault:
        raise Forbidden.of([fault])
    left = await payables.left(unit.conn, {line.claim for line in batch.lines})
    accounts = await payees.current(unit.conn, {line.payee for line in batch.lines})
    changed = list(approval.changes(batch, left, accounts))
    if changed:
        unit.append(approval.void_changed(batch, changed), stream=number, cause=cause)
        message = f"batch {number} is void: something in it changed after it was made"
        return 409, Conflict("BATCH_CHANGED", message, "batch", details=changed).as_json()
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


async def _void(unit: Unit, cause: UUID, number: str, note: str) -> Answer:
    batch = _known(await batches.find(unit.conn, number), number)
    fault = approval.check_open(batch)
    if fault:
        raise Conflict.of([fault])
    body = approval.void_by(batch, unit.actor, note)
    unit.append(body, stream=number, cause=cause)
    return 200, {"batch": number, "reason": body.reason}


def _known(found: Found | None, batch: str) -> Found:
    if found is None:
        raise NotFound("UNKNOWN_BATCH", f"there is no batch {batch}", "batch")
    return found
