"""勾对与差异: what the rules leave open is matched by two people, or carried as a reasoned, expiring exception."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from contracts.bank import ExceptionClosed, ExceptionOpened, ItemRef, LinesMatched, Match, MatchProposed, Side
from contracts.envelope import Part
from contracts.text import BookCode, Code, Day, LongText
from services.chassis.answers import answers
from services.chassis.auth import Caller, require
from services.chassis.command import Answer, command
from services.chassis.errors import BadInput, Conflict, Fault, Forbidden, NotFound
from services.chassis.unit import Log, Unit
from services.ledger.api import views
from services.ledger.api.answers.closing import ClosedException, Matched, OpenedException, OpenException
from services.ledger.bank.rules import rules
from services.ledger.decide.laying import answered
from services.ledger.decide.matching import match
from services.ledger.records import Item
from services.ledger.store import bank, closing, daybook

Accountant = Annotated[Caller, Depends(require("accountant"))]
Chief = Annotated[Caller, Depends(require("chief_accountant"))]
Reader = Annotated[Caller, Depends(require("accountant", "chief_accountant", "auditor"))]

MANUAL = "manual"


class Together(Part):
    """手工勾对: these bank lines and these booked items are the same money."""

    bank_account: Code
    book: BookCode
    bank: tuple[ItemRef, ...]
    booked: tuple[ItemRef, ...]
    reason: Annotated[LongText, Field(min_length=1)]


class Difference(Part):
    """差异登记: an open item, why it is open, who follows it up, until when.

    ``side`` balance names an account of the book (``item``) that may stand as it does, 收入户 at a month's end.
    """

    bank_account: Code
    book: BookCode
    side: Side
    item: ItemRef
    reason: Annotated[LongText, Field(min_length=1)]
    owner: Code
    expires: Day


class Why(Part):
    """A reason in words."""

    reason: Annotated[LongText, Field(min_length=1)]


def router(log: Log) -> APIRouter:
    """Make the routes under ``/matches``, ``/suggestions`` and ``/exceptions``."""
    routes = APIRouter(tags=["bank"])

    @routes.get("/suggestions/{bank_account}/{day}", responses=answers(list[Match]))
    async def suggest(bank_account: Code, day: date, caller: Reader) -> list[dict[str, Any]]:
        """Show what probably belongs together, for a person to judge."""
        async with log.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            found = match(*await bank.open_items(conn, bank_account, day), rules())
        return [views.match(one) for one in (*found.matches, *found.suggestions)]

    @routes.post("/matches", status_code=201, responses=answers(Matched, 201))
    async def propose(request: Request, body: Together, caller: Accountant) -> Response:
        """手工勾对申请. 422 SUMS_DIFFER, 409 ALREADY_MATCHED or NOT_OPEN."""
        return await command(log, request, caller, lambda unit, cause: propose_match(unit, cause, body))

    @routes.post("/matches/{proposal}/approve", status_code=201, responses=answers(Matched, 201))
    async def approve(request: Request, proposal: Code, caller: Chief) -> Response:
        """手工勾对复核, by another person."""
        return await command(log, request, caller, lambda unit, cause: approve_match(unit, cause, proposal))

    @routes.post("/exceptions", status_code=201, responses=answers(OpenedException, 201))
    async def open_exception(request: Request, body: Difference, caller: Accountant) -> Response:
        """差异登记: the seal carries it openly."""
        return await command(log, request, caller, lambda unit, cause: register(unit, cause, body))

    @routes.post("/exceptions/{exception}/close", status_code=201, responses=answers(ClosedException, 201))
    async def close_exception(request: Request, exception: Code, body: Why, caller: Accountant) -> Response:
        """差异撤销."""
        return await command(log, request, caller, lambda unit, cause: withdraw(unit, cause, exception, body.reason))

    @routes.get("/exceptions", responses=answers(list[OpenException]))
    async def list_exceptions(caller: Reader, day: date | None = None) -> list[dict[str, Any]]:
        """List the differences open at the end of a day, or now."""
        async with log.pool.acquire() as conn:
            return [one._asdict() for one in await bank.open_exceptions(conn, day or await closing.open_day(conn))]

    return routes


async def propose_match(unit: Unit, cause: UUID, body: Together) -> Answer:
    """Put forward that these belong together."""
    await unit.lock(body.bank_account)
    day = await day_at_hand(unit)
    found = await _match(unit, body.bank_account, day, body.bank, body.booked)
    number = f"DZ-{day:%Y%m%d}-{cause.hex[:8]}"
    proposed = MatchProposed(
        proposal=number,
        bank_account=body.bank_account,
        book=body.book,
        day=day,
        match=found,
        reason=body.reason,
        maker=unit.actor,
    )
    unit.append(proposed, stream=body.bank_account, cause=cause)
    return 201, {"proposal": number, "amount": found.amount}


async def approve_match(unit: Unit, cause: UUID, number: str) -> Answer:
    """Agree to a proposed match, as another person. Raises ``Forbidden`` SAME_PERSON."""
    proposed = await bank.proposal(unit.conn, number)
    if proposed is None:
        raise NotFound("PROPOSAL_UNKNOWN", f"there is no proposal {number}", "proposal")
    if proposed.maker == unit.actor:
        raise Forbidden("SAME_PERSON", f"{unit.actor} proposed this match; somebody else must agree")
    name = proposed.bank_account
    await unit.lock(name)
    day = await day_at_hand(unit)
    found = await _match(unit, name, day, proposed.match.bank, proposed.match.book)
    agreed = LinesMatched(
        bank_account=name,
        book=proposed.book,
        day=day,
        matches=(found,),
        maker=proposed.maker,
        checker=unit.actor,
    )
    unit.append(agreed, stream=name, cause=cause)
    exceptions = [one for one in await bank.open_exceptions(unit.conn, day) if one.bank_account == name]
    for n, gone in enumerate(answered([found], exceptions, day)):
        unit.append(gone, stream=name, cause=cause, n=n)
    return 201, {"proposal": number, "amount": found.amount}


async def register(unit: Unit, cause: UUID, body: Difference) -> Answer:
    """Register an open difference of the day at hand."""
    await unit.lock(body.bank_account)
    # a balance may be answered for after its day was sealed, in time for the month's seal
    late = await closing.last_called(unit.conn) if body.side == "balance" else None
    day = await closing.first_unsealed(unit.conn) or late or await closing.open_day(unit.conn)
    if body.expires < day:
        raise BadInput("EXPIRES_EARLIER", f"the day at hand is {day}; the exception would be expired", "expires")
    amount = await _open_amount(unit, body, day)
    number = f"CY-{day:%Y%m%d}-{cause.hex[:8]}"
    opened = ExceptionOpened(exception=number, day=day, amount=amount, **body.model_dump())
    unit.append(opened, stream=body.bank_account, cause=cause)
    return 201, {"exception": number, "day": day, "amount": amount}


async def withdraw(unit: Unit, cause: UUID, number: str, reason: str) -> Answer:
    """Take an open difference back."""
    day = await day_at_hand(unit)
    for one in await bank.open_exceptions(unit.conn, date.max):
        if one.exception == number:
            closed = ExceptionClosed(
                exception=number,
                bank_account=one.bank_account,
                book=one.book,
                day=day,
                how="withdrawn",
                reason=reason,
            )
            unit.append(closed, stream=one.bank_account, cause=cause)
            return 201, {"exception": number, "day": day}
    raise NotFound("EXCEPTION_UNKNOWN", f"there is no open exception {number}", "exception")


async def day_at_hand(unit: Unit) -> date:
    """Give the day that people reconcile now: the first one that waits for its seal, else the open one."""
    return await closing.first_unsealed(unit.conn) or await closing.open_day(unit.conn)


async def _match(unit: Unit, name: str, day: date, theirs: Sequence[str], ours: Sequence[str]) -> Match:
    bank_items, book_items = await bank.open_items(unit.conn, name, day)
    left = _chosen(bank_items, theirs, "bank")
    right = _chosen(book_items, ours, "booked")
    if not left and not right:
        raise BadInput("MISSING", "name at least one item", "bank")
    total = sum(item.amount for item in right)
    if sum(item.amount for item in left) != total:
        raise BadInput("SUMS_DIFFER", "the two sides do not come to the same sum", "bank")
    return Match(rule=MANUAL, bank=tuple(sorted(theirs)), book=tuple(sorted(ours)), amount=total)


def _chosen(items: Sequence[Item], refs: Sequence[str], field: str) -> list[Item]:
    known = {item.ref: item for item in items}
    faults = [Fault("NOT_OPEN", field, f"{ref} is not open on this account") for ref in refs if ref not in known]
    if len(set(refs)) < len(refs):
        faults.append(Fault("DUPLICATE", field, "an item is named twice"))
    if faults:
        raise Conflict.of(faults)
    return [known[ref] for ref in refs]


async def _open_amount(unit: Unit, body: Difference, day: date) -> int:
    if body.side == "balance":
        trial = (await daybook.trial(unit.conn, day, day)).get(body.book, ())
        standing = {line.account: line.closing for line in trial}
        if body.item not in standing:
            raise Conflict("NOT_OPEN", f"nothing was ever booked on {body.item} of {body.book}", "item")
        return standing[body.item]
    bank_items, book_items = await bank.open_items(unit.conn, body.bank_account, day)
    (chosen,) = _chosen(bank_items if body.side == "bank" else book_items, (body.item,), "item")
    return chosen.amount
