"""A maker puts up what is due as batches; batches are looked at, and sealed files fetched for the bank (制单, 送盘)."""

import functools
from itertools import count
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from contracts.text import BookCode, Code
from services.chassis.answers import answers, files
from services.chassis.command import command
from services.chassis.day import open_day
from services.chassis.errors import BadInput, Conflict, NotFound
from services.chassis.unit import Log, Unit
from services.payment.api.answers import BatchPage, LeftOut, Made, ShownBatch
from services.payment.api.callers import FileReader, Maker, Reader
from services.payment.banks import BANKS
from services.payment.decide.proposal import check_order, number_prefix, propose
from services.payment.model import BatchOrder, BatchStatus
from services.payment.store import batches, payables, payees

Found = TypeVar("Found")

Limit = Annotated[int, Query(ge=1, le=500)]
FILE = files(*(bank.media_type for bank in BANKS.values()))


def router(log: Log) -> APIRouter:
    """Make the routes under ``/batches``."""
    routes = APIRouter(tags=["batches"])

    @routes.post("/batches", status_code=201, responses=answers(Made, 201))
    async def make(request: Request, body: BatchOrder, caller: Maker) -> Response:
        """制单: as many batches as what is due needs, oldest first; payees without an account are left out."""
        return await command(log, request, caller, functools.partial(_make, order=body))

    @routes.get("/batches", responses=answers(BatchPage))
    async def look_through(
        caller: Reader,
        book: BookCode | None = None,
        status: BatchStatus | None = None,
        after: Code | None = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        """List batches by number, behind ``after``."""
        async with log.pool.acquire() as connection:
            return {"batches": await batches.page(connection, book, status, after or "", limit)}

    @routes.get("/batches/{batch}", responses=answers(ShownBatch))
    async def look_up(batch: Code, caller: Reader) -> dict[str, Any]:
        """Show a batch and its lines; numbers only, no names."""
        async with log.pool.acquire() as connection:
            return known(await batches.show_batch(connection, batch), batch)

    @routes.get("/batches/{batch}/file", response_class=Response, responses=FILE)
    async def fetch_file(batch: Code, caller: FileReader) -> Response:
        """银行文件: the sealed bytes, for the bank."""
        async with log.pool.acquire() as connection:
            shown = known(await batches.show_batch(connection, batch), batch)
            content = await batches.sealed_file(connection, batch)
        if content is None:
            raise Conflict("NO_FILE_YET", f"batch {batch} is {shown['status']}: it has no sealed file", "batch")
        headers = {"etag": f'"{shown["file_digest"]}"'}
        return Response(content, headers=headers, media_type=BANKS[shown["bank"]].media_type)

    return routes


async def _make(unit: Unit, cause: UUID, order: BatchOrder) -> tuple[int, Made]:
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
        "left_out": [cast(LeftOut, left._asdict()) for left in proposal.left_out],
    }


def known(found: Found | None, batch: str) -> Found:
    """Give what was found. Raises ``NotFound`` UNKNOWN_BATCH for nothing."""
    if found is None:
        raise NotFound("UNKNOWN_BATCH", f"there is no batch {batch}", "batch")
    return found
