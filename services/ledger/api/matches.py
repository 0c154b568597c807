"""手工勾对: what the rules leave open is matched by two people."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from contracts.bank import ItemRef, LinesMatched, Match, MatchProposed
from contracts.envelope import Part
from contracts.text import BookCode, Code, LongText
from services.chassis.answers import answers
from services.chassis.auth import Caller, require
from services.chassis.command import Answer, command
from services.chassis.errors import BadInput, Conflict, Fault, Forbidden, NotFound
from services.chassis.unit import Log, Unit
from services.ledger.api import views
from services.ledger.api.answers.closing import Matched
from services.ledger.bank.rules import rules
from services.ledger.decide.laying import MANUAL, answered
from services.ledger.decide.matching import match
from services.ledger.records import Item
from services.ledger.store import bank, closing

Accountant = Annotated[Caller, Depends(require("accountant"))]
Chief = Annotated[Caller, Depends(require("chief_accountant"))]
Reader = Annotated[Caller, Depends(require("accountant", "chief_accountant", "auditor"))]


class Together(Part):
    """手工勾对: these bank lines and these booked items are the same money."""

    bank_account: Code
    book: BookCode
    bank: tuple[ItemRef, ...]
    booked: tuple[ItemRef, ...]
    reason: Annotated[LongText, Field(min_length=1)]


def router(log: Log) -> APIRouter:
    """Make the routes under ``/matches`` and ``/suggestions``."""
    routes = APIRouter(tags=["bank"])

    @routes.get("/suggestions/{bank_account}/{day}", responses=answers(list[Match]))
    async def suggest(bank_account: Code, day: date, caller: Reader) -> list[dict[str, Any]]:
        """Show what probably belongs together, for a person to judge."""
        async with log.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            found = match(*await bank.open_items(conn, bank_account, day), rules())
        return [views.match(one) for one in (*found.matches, *found.suggestions)]

    @routes.post("/matches", status_code=201, responses=answers(Matched, 201))
    async def propose(request: Request, body: Together, caller: Accountant) -> Response:
        """手工勾对申请. 422 SUMS_DIFFER or OTHER_BOOK, 409 NOT_OPEN."""
        return await command(log, request, caller, lambda unit, cause: propose_match(unit, cause, body))

    @routes.post("/matches/{proposal}/approve", status_code=201, responses=answers(Matched, 201))
    async def approve(request: Request, proposal: Code, caller: Chief) -> Response:
        """手工勾对复核, by another person."""
        return await command(log, request, caller, lambda unit, cause: approve_match(unit, cause, proposal))

    return routes


async def propose_match(unit: Unit, cause: UUID, body: Together) -> Answer:
    """Put forward that these belong together."""
    await unit.lock(body.bank_account)
    await must_be_of(unit, body.bank_account, body.book)
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


async def day_at_hand(unit: Unit) -> date:
    """Give the day that people reconcile now: the first one that waits for its seal, else the open one."""
    return await closing.first_unsealed(unit.conn) or await closing.open_day(unit.conn)


async def _match(unit: Unit, name: str, day: date, theirs: Sequence[str], ours: Sequence[str]) -> Match:
    bank_items, book_items = await bank.open_items(unit.conn, name, day)
    left = chosen(bank_items, theirs, "bank")
    right = chosen(book_items, ours, "booked")
    if not left and not right:
        raise BadInput("MISSING", "name at least one item", "bank")
    total = sum(item.amount for item in right)
    if sum(item.amount for item in left) != total:
        raise BadInput("SUMS_DIFFER", "the two sides do not come to the same sum", "bank")
    return Match(rule=MANUAL, bank=tuple(sorted(theirs)), book=tuple(sorted(ours)), amount=total)


async def must_be_of(unit: Unit, bank_account: str, book: str) -> None:
    """Refuse a bank account that was not opened, or that is another book's: ACCOUNT_UNKNOWN, OTHER_BOOK."""
    account = await bank.account(unit.conn, bank_account)
    if account is None:
        raise NotFound("ACCOUNT_UNKNOWN", f"there is no bank account {bank_account}", "bank_account")
    if account.book != book:
        raise BadInput("OTHER_BOOK", f"{bank_account} is an account of {account.book}, not of {book}", "book")


def chosen(items: Sequence[Item], refs: Sequence[str], field: str) -> list[Item]:
    """Give the open items of these names. Raises ``Conflict`` NOT_OPEN or DUPLICATE."""
    known = {item.ref: item for item in items}
    faults = [Fault("NOT_OPEN", field, f"{ref} is not open on this account") for ref in refs if ref not in known]
    if len(set(refs)) < len(refs):
        faults.append(Fault("DUPLICATE", field, "an item is named twice"))
    if faults:
        raise Conflict.of(faults)
    return [known[ref] for ref in refs]
