"""差异登记: what stays open is carried as a reasoned, expiring exception; what lets a balance pass takes two people."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from contracts.bank import ExceptionClosed, ExceptionOpened, ExceptionProposed, ItemRef, Side
from contracts.envelope import Part
from contracts.text import BookCode, Code, Day, LongText
from services.chassis.answers import answers
from services.chassis.command import Answer, command
from services.chassis.errors import BadInput, Conflict, Forbidden, NotFound
from services.chassis.unit import Log, Unit
from services.ledger.api.answers.closing import ClosedException, OpenedException, OpenException
from services.ledger.api.matches import Accountant, Chief, Reader, chosen, day_at_hand, must_be_of
from services.ledger.reading import newest_chart
from services.ledger.records import Exceptional
from services.ledger.store import bank, closing, daybook

Status = Literal["open", "proposed"]


class Difference(Part):
    """差异登记: an open item, why it is open, who follows it up, until when.

    ``side`` balance names an account of the book (``item``) that may hold what it does, 收入户 at a month's end, and no
    more. ``day`` is for that side alone: an earlier day than the one at hand, whose month or year is not sealed yet.
    """

    bank_account: Code
    book: BookCode
    side: Side
    item: ItemRef
    reason: Annotated[LongText, Field(min_length=1)]
    owner: Code
    expires: Day
    day: Day | None = None


class Why(Part):
    """A reason in words."""

    reason: Annotated[LongText, Field(min_length=1)]


def router(log: Log) -> APIRouter:
    """Make the routes under ``/exceptions``."""
    routes = APIRouter(tags=["bank"])

    @routes.post("/exceptions", status_code=201, responses=answers(OpenedException, 201))
    async def open_exception(request: Request, body: Difference, caller: Accountant) -> Response:
        """差异登记: the seal carries it openly. A balance is only proposed. 422 OTHER_BOOK, OTHER_DAY, 409 NOT_OPEN."""
        return await command(log, request, caller, lambda unit, cause: register(unit, cause, body))

    @routes.post("/exceptions/{exception}/approve", status_code=201, responses=answers(OpenedException, 201))
    async def approve_exception(request: Request, exception: Code, caller: Chief) -> Response:
        """差异复核, by another person: the balance may stand. 409 CHANGED where it is another one by now."""
        return await command(log, request, caller, lambda unit, cause: approve(unit, cause, exception))

    @routes.post("/exceptions/{exception}/close", status_code=201, responses=answers(ClosedException, 201))
    async def close_exception(request: Request, exception: Code, body: Why, caller: Accountant) -> Response:
        """差异撤销."""
        return await command(log, request, caller, lambda unit, cause: withdraw(unit, cause, exception, body.reason))

    @routes.get("/exceptions", responses=answers(list[OpenException]))
    async def list_exceptions(caller: Reader, day: date | None = None, status: Status = "open") -> list[dict[str, Any]]:
        """List the differences open at the end of a day, or now; or those that wait for the chief accountant."""
        async with log.pool.acquire() as conn:
            if status == "proposed":
                return [one._asdict() for one in await bank.proposed_exceptions(conn)]
            return [one._asdict() for one in await bank.open_exceptions(conn, day or await closing.open_day(conn))]

    return routes


async def register(unit: Unit, cause: UUID, body: Difference) -> Answer:
    """Register an open difference of the day at hand; one that lets a balance pass is put forward."""
    await unit.lock(body.bank_account)
    day = await _day(unit, body)
    await must_be_of(unit, body.bank_account, body.book)
    known = {"exception": f"CY-{day:%Y%m%d}-{cause.hex[:8]}", "day": day}
    said = body.model_dump(exclude={"day"})
    if body.side == "balance":
        await _must_stand_behind(unit, body)
        amount = await _balance(unit, body.book, body.item, day)
        proposed = ExceptionProposed(**known, amount=amount, maker=unit.actor, **said)
        unit.append(proposed, stream=body.bank_account, cause=cause)
        return 201, known | {"amount": amount, "status": "proposed"}
    amount = await _open_amount(unit, body, day)
    answered = await _answered(unit, body)
    if answered is not None:
        raise Conflict("ALREADY_OPEN", f"exception {answered} answers for {body.item} already", "item")
    unit.append(ExceptionOpened(**known, amount=amount, **said), stream=body.bank_account, cause=cause)
    return 201, known | {"amount": amount, "status": "open"}


async def approve(unit: Unit, cause: UUID, number: str) -> Answer:
    """Let a balance stand that somebody else answers for. Raises ``Forbidden`` SAME_PERSON, ``Conflict``."""
    proposed = await bank.proposed_exception(unit.conn, number)
    if proposed is None:
        raise NotFound("EXCEPTION_UNKNOWN", f"there is no proposed exception {number}", "exception")
    if proposed.maker == unit.actor:
        raise Forbidden("SAME_PERSON", f"{unit.actor} proposed this exception; somebody else must agree")
    await unit.lock(proposed.bank_account)
    if await bank.is_registered(unit.conn, number):
        raise Conflict("ALREADY_OPEN", f"{number} is approved already", "exception")
    day = await day_at_hand(unit)
    if proposed.expires < day:
        raise Conflict("EXCEPTION_EXPIRED", f"exception {number} expired on {proposed.expires}", "exception")
    if await _balance(unit, proposed.book, proposed.item, proposed.day) != proposed.amount:
        raise Conflict("CHANGED", f"{proposed.item} does not hold what was put forward any more", "exception")
    unit.append(ExceptionOpened(**proposed.model_dump(), checker=unit.actor), stream=proposed.bank_account, cause=cause)
    return 201, {"exception": number, "day": proposed.day, "amount": proposed.amount, "status": "open"}


async def withdraw(unit: Unit, cause: UUID, number: str, reason: str) -> Answer:
    """Take an open difference back."""
    await unit.lock((await _open(unit, number)).bank_account)
    one = await _open(unit, number)
    day = await day_at_hand(unit)
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


async def _open(unit: Unit, number: str) -> Exceptional:
    for one in await bank.open_exceptions(unit.conn, date.max):
        if one.exception == number:
            return one
    raise NotFound("EXCEPTION_UNKNOWN", f"there is no open exception {number}", "exception")


async def _answered(unit: Unit, body: Difference) -> str | None:
    """Give the number of the open exception that answers for an item already."""
    item = (body.bank_account, body.side, body.item)
    known = await bank.open_exceptions(unit.conn, date.max)
    return next((one.exception for one in known if (one.bank_account, one.side, one.item) == item), None)


async def _day(unit: Unit, body: Difference) -> date:
    """Give the day from whose end on a difference is open: the one at hand, or for a balance an earlier one."""
    # a balance may be answered for after its day was sealed, in time for the seal of its month or year
    late = await closing.last_called(unit.conn) if body.side == "balance" else None
    at_hand = await closing.first_unsealed(unit.conn) or late or await closing.open_day(unit.conn)
    if body.expires < at_hand:
        raise BadInput("EXPIRES_EARLIER", f"the day at hand is {at_hand}; the exception would be expired", "expires")
    day = body.day or at_hand
    if day > at_hand or (day < at_hand and body.side != "balance"):
        raise BadInput("OTHER_DAY", f"the day at hand is {at_hand}; only a balance is answered for earlier", "day")
    if await closing.seal_body(unit.conn, f"{day.year}") is not None:
        raise Conflict("ALREADY_SEALED", f"{day.year} is sealed", "day")
    return day


async def _must_stand_behind(unit: Unit, body: Difference) -> None:
    """Refuse another bank account than the one that stands behind the account that may keep its balance."""
    code = (await newest_chart(unit.conn)).bank_account(body.book, body.item)
    if code not in (None, body.bank_account):
        raise BadInput("OTHER_CODE", f"what stands behind {body.item} of {body.book} is {code}", "bank_account")


async def _balance(unit: Unit, book: str, account: str, day: date) -> int:
    trial = (await daybook.trial(unit.conn, day, day)).get(book, ())
    standing = {line.account: line.closing for line in trial}
    if account not in standing:
        raise Conflict("NOT_OPEN", f"nothing was ever booked on {account} of {book}", "item")
    return standing[account]


async def _open_amount(unit: Unit, body: Difference, day: date) -> int:
    bank_items, book_items = await bank.open_items(unit.conn, body.bank_account, day)
    (found,) = chosen(bank_items if body.side == "bank" else book_items, (body.item,), "item")
    return found.amount
