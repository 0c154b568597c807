"""制单, 复核: an accountant proposes a voucher, the chief accountant approves it, and only then is it booked."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contracts.envelope import Part
from contracts.ledger import Voucher, VoucherApproved, VoucherProposed, VoucherRejected
from contracts.money import yuan
from contracts.text import Code, Text
from services.chassis.answers import answers
from services.chassis.command import Answer, command
from services.chassis.day import open_day
from services.chassis.errors import BadInput, Conflict, Forbidden, NotFound
from services.chassis.unit import Log, Unit
from services.ledger.api.answers.papers import ApprovedVoucher, ProposedVoucher, RejectedVoucher
from services.ledger.api.callers import Checker, Maker
from services.ledger.decide.chart import Chart
from services.ledger.decide.post import dry_run
from services.ledger.decide.vouchers import (
    CLOSING,
    FREE,
    OWED,
    SENT_BACK,
    CorrectionOrder,
    VoucherOrder,
    VoucherRefusedError,
    draw_up,
    lapsed_claim,
    recovered_claim,
    short_of,
    take_back,
)
from services.ledger.model import PostingRefusedError
from services.ledger.publishing import VOUCHERS_STREAM
from services.ledger.reading import newest_chart
from services.ledger.store import balances, closing, entries, lookup, vouchers
from services.ledger.store.vouchers import Kept

DrawUp = Callable[[Chart, str, date], Voucher]


class Rejection(Part):
    """退回: why."""

    reason: Text


def router(log: Log) -> APIRouter:
    """Make the routes that write ``/vouchers``."""
    routes = APIRouter(tags=["vouchers"])

    @routes.post("/vouchers", status_code=201, responses=answers(ProposedVoucher, 201))
    async def propose(request: Request, body: VoucherOrder, caller: Maker) -> Response:
        """制单. Free lines are the chief accountant's; a template is anybody's who makes vouchers."""
        if body.template == FREE and "chief_accountant" not in caller.roles:
            raise Forbidden("FREE_LINES", "free lines are for the chief accountant; take a template", "template")

        def draw(chart: Chart, number: str, day: date) -> Voucher:
            return draw_up(body, chart, number, day)

        return await command(log, request, caller, lambda unit, cause: _propose(unit, cause, body.book, draw))

    @routes.post("/vouchers/corrections", status_code=201, responses=answers(ProposedVoucher, 201))
    async def correct(request: Request, body: CorrectionOrder, caller: Maker) -> Response:
        """红字更正: propose to take an entry back, on the open day."""
        return await command(log, request, caller, lambda unit, cause: _correct(unit, cause, body))

    @routes.post("/vouchers/{voucher}/approve", responses=answers(ApprovedVoucher))
    async def approve(request: Request, voucher: Code, caller: Checker) -> Response:
        """复核: book it. 403 SAME_PERSON for the maker, 409 FUND_SHORT when a bank account would go below zero."""
        return await command(log, request, caller, lambda unit, cause: _approve(unit, cause, voucher))

    @routes.post("/vouchers/{voucher}/reject", responses=answers(RejectedVoucher))
    async def reject(request: Request, voucher: Code, body: Rejection, caller: Checker) -> Response:
        """退回: it can never be booked."""
        return await command(log, request, caller, lambda unit, cause: _reject(unit, cause, voucher, body.reason))

    return routes


async def _propose(unit: Unit, cause: UUID, book: str, draw: DrawUp) -> Answer:
    await unit.lock(VOUCHERS_STREAM)
    chart = await newest_chart(unit.conn)
    day = await open_day(unit.conn)
    prefix = f"{book}-V{day:%Y%m%d}-"
    try:
        voucher = draw(chart, f"{prefix}{await vouchers.made(unit.conn, prefix) + 1:03d}", day)
        dry_run(voucher, chart)
        await _must_be_owed(unit, voucher)
    except VoucherRefusedError as refused:
        raise BadInput(refused.code, refused.sentence, refused.field) from None
    except PostingRefusedError as refused:
        raise BadInput(refused.code, refused.sentence, "lines") from None
    unit.append(VoucherProposed(maker=unit.actor, voucher=voucher), stream=VOUCHERS_STREAM, cause=cause)
    return 201, {"voucher": voucher.voucher, "amount": voucher.amount(), "lines": len(voucher.lines)}


async def _correct(unit: Unit, cause: UUID, order: CorrectionOrder) -> Answer:
    found = await entries.read(unit.conn, [order.entry])
    if not found:
        raise NotFound("UNKNOWN_ENTRY", f"there is no entry {order.entry}", "entry")

    def draw(chart: Chart, number: str, day: date) -> Voucher:
        return take_back(found[0], order, number, day)

    if await entries.corrected(unit.conn, found[0].id):
        raise Conflict("ALREADY_CORRECTED", f"entry {order.entry} is taken back already", "entry")
    return await _propose(unit, cause, found[0].book, draw)


async def _approve(unit: Unit, cause: UUID, number: str) -> Answer:
    kept = await _open(unit, number)
    voucher = kept.voucher
    day = await open_day(unit.conn)
    chart = await newest_chart(unit.conn)
    if voucher.template in CLOSING and await closing.seal_body(unit.conn, f"{voucher.incurred_on.year}") is not None:
        raise Conflict("ALREADY_SEALED", f"{voucher.incurred_on.year} is sealed; nothing is carried in it", "voucher")
    short = short_of(voucher, await balances.until(unit.conn, voucher.book, day), chart)
    if short:
        raise Conflict("FUND_SHORT", f"{', '.join(short)} of {voucher.book} would go below zero", "voucher")
    if voucher.corrects is not None and await entries.corrected(unit.conn, voucher.corrects):
        raise Conflict("ALREADY_CORRECTED", f"entry {voucher.corrects} is taken back already", "voucher")
    try:
        await _must_be_owed(unit, voucher)
    except VoucherRefusedError as refused:
        raise Conflict(refused.code, refused.sentence, "voucher") from None
    body = VoucherApproved(maker=kept.maker, checker=unit.actor, voucher=voucher)
    event = unit.append(body, stream=VOUCHERS_STREAM, cause=cause)
    return 200, {"voucher": number, "status": "approved", "event": str(event), "business_date": day.isoformat()}


async def _must_be_owed(unit: Unit, voucher: Voucher) -> None:
    """Refuse to book as recovered for a claim more than is to come back, or as lapsed more than is held for it."""
    claim = recovered_claim(voucher)
    if claim is not None:
        owed = max(0, await lookup.held_for(unit.conn, claim, f"{voucher.book}-memo", OWED))
        if voucher.amount() > owed:
            sentence = f"{yuan(owed)} is to come back for {claim}; book what is more as 2001-待查款项"
            raise VoucherRefusedError("MORE_THAN_OWED", "amount", sentence)
    claim = lapsed_claim(voucher)
    if claim is not None:
        held = max(0, -await lookup.held_for(unit.conn, claim, voucher.book, SENT_BACK))
        if voucher.amount() > held:
            sentence = f"{yuan(held)} came back from the bank for {claim} and is held on {SENT_BACK}"
            raise VoucherRefusedError("MORE_THAN_HELD", "amount", sentence)


async def _reject(unit: Unit, cause: UUID, number: str, reason: str) -> Answer:
    kept = await _open(unit, number)
    body = VoucherRejected(voucher=number, book=kept.voucher.book, maker=kept.maker, checker=unit.actor, reason=reason)
    unit.append(body, stream=VOUCHERS_STREAM, cause=cause)
    return 200, {"voucher": number, "status": "rejected"}


async def _open(unit: Unit, number: str) -> Kept:
    """Take a voucher up for a decision by another person than its maker."""
    await unit.lock(VOUCHERS_STREAM)
    kept = known(await vouchers.find(unit.conn, number), number)
    if kept.status != "proposed":
        raise Conflict("ALREADY_DECIDED", f"voucher {number} is {kept.status}", "voucher")
    if kept.maker == unit.actor:
        raise Forbidden("SAME_PERSON", "maker and checker are two people", "voucher")
    return kept


def known(kept: Kept | None, number: str) -> Kept:
    """Give the voucher that was looked for. Raises ``NotFound`` UNKNOWN_VOUCHER."""
    if kept is None:
        raise NotFound("UNKNOWN_VOUCHER", f"there is no voucher {number}", "voucher")
    return kept
