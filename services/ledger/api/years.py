"""年度: the budget of a year beside what was booked, and the vouchers that close a year."""

from datetime import date
from itertools import count
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from contracts.attachments import Attachment
from contracts.envelope import Part
from contracts.ledger import BudgetLine, BudgetSet, VoucherProposed
from contracts.text import BookCode
from services.chassis.answers import answers
from services.chassis.command import Answer, command
from services.chassis.errors import BadInput, Conflict, Fault, NotFound
from services.chassis.unit import Log, Unit
from services.ledger.api.answers.papers import BudgetSoFar, ClosingVouchers, SetBudget
from services.ledger.api.callers import Checker, Maker, Reader
from services.ledger.api.printing import MEDIA, Form, answer
from services.ledger.decide.budget import carried_out
from services.ledger.decide.statements import combined
from services.ledger.decide.yearend import year_end
from services.ledger.model import Balance
from services.ledger.publishing import VOUCHERS_STREAM
from services.ledger.reading import Period, family_of, newest_chart, statement, statement_of
from services.ledger.reports import book_page
from services.ledger.store import balances, budgets, carrying, vouchers

Year = Annotated[int, Path(ge=1990, le=2200)]
FORM = "income_expense"


class Budget(Part):
    """An approved budget: by line of the 收支表, with the paper that approves it."""

    document: Attachment
    lines: tuple[BudgetLine, ...]


def router(log: Log) -> APIRouter:
    """Make the routes about a year of a book."""
    routes = APIRouter(tags=["years"])

    @routes.post("/books/{book}/budgets/{year}", status_code=201, responses=answers(SetBudget, 201))
    async def set_budget(request: Request, book: BookCode, year: Year, body: Budget, caller: Checker) -> Response:
        """预算下达: record the approved budget; a later one takes its place."""
        return await command(log, request, caller, lambda unit, cause: _set(unit, cause, book, year, body))

    @routes.get(
        "/books/{book}/budgets/{year}", response_model=None, responses=answers(BudgetSoFar, also=MEDIA.values())
    )
    async def show_budget(
        book: BookCode, year: Year, until: date, caller: Reader, form: Form = "json"
    ) -> dict[str, Any] | Response:
        """预算执行情况 from the first of January to a day of that year; fen and basis points in JSON."""
        if until.year != year:
            raise BadInput("BAD_PERIOD", f"{until} does not lie in {year}", "until")
        async with log.pool.acquire() as connection:
            chart = await newest_chart(connection)
            budget = await budgets.budget_of(connection, book, year)
            if budget is None:
                raise NotFound("NO_BUDGET", f"{book} has no budget for {year}", "year")
            filled = await statement(connection, chart, book, FORM, Period(date(year, 1, 1), until), "booked")
        lines = carried_out(filled, budget)
        about = book_page.heading(book, date(year, 1, 1), until)
        return await answer(form, {"lines": [line._asdict() for line in lines]}, lambda: book_page.budget(about, lines))

    @routes.post("/books/{book}/year-ends/{year}", status_code=201, responses=answers(ClosingVouchers, 201))
    async def close_year(request: Request, book: BookCode, year: Year, caller: Maker) -> Response:
        """年终结转: propose the vouchers that close income (T31) and expense (T32); the chief approves them.

        Best in January, when the last day of the year is sealed: they count for the year that they close.
        """
        return await command(log, request, caller, lambda unit, cause: _close(unit, cause, book, year))

    return routes


async def _set(unit: Unit, cause: UUID, book: str, year: int, budget: Budget) -> Answer:
    chart = await newest_chart(unit.conn)
    known = {line.id for line in statement_of(chart, FORM, family_of(chart, book)).lines}
    faults = [
        Fault("UNKNOWN_LINE", f"lines.{n}.line", f"the 收支表 of {book} has no line {line.line}")
        for n, line in enumerate(budget.lines)
        if line.line not in known
    ]
    if faults:
        raise BadInput.of(faults)
    body = BudgetSet(book=book, year=year, document=budget.document, lines=budget.lines)
    unit.append(body, stream=VOUCHERS_STREAM, cause=cause)
    return 201, {"book": book, "year": year, "lines": len(body.lines)}


async def _close(unit: Unit, cause: UUID, book: str, year: int) -> Answer:
    await unit.lock(VOUCHERS_STREAM)
    chart = await newest_chart(unit.conn)
    if family_of(chart, book) == "memo":
        raise BadInput("MEMO_BOOK", "the memo register is not closed by the year", "book")
    last = date(year, 12, 31)
    drawn = year_end(chart, book, await _left_to_carry(unit, book, last), last)
    numbers = []
    for n, voucher in enumerate(drawn):
        numbers.append(await _free_number(unit, voucher.voucher))
        numbered = voucher.model_copy(update={"voucher": numbers[-1]})
        unit.append(VoucherProposed(maker=unit.actor, voucher=numbered), stream=VOUCHERS_STREAM, cause=cause, n=n)
    return 201, {"vouchers": numbers}


async def _left_to_carry(unit: Unit, book: str, last: date) -> list[Balance]:
    """Give what stands at the end of a year, closing entries counted that were booked after it."""
    booked = await balances.until(unit.conn, book, last)
    later = await carrying.carried(unit.conn, last.replace(month=1, day=1), last)
    closed = [
        Balance(book, one.account, max(one.closing, 0), max(-one.closing, 0)) for one in later if one.book == book
    ]
    return combined(((1, one) for one in booked), ((1, one) for one in closed))


async def _free_number(unit: Unit, number: str) -> str:
    """Number a closing voucher after those that were approved or rejected before. Raises ``Conflict``."""
    for again in count(2):
        kept = await vouchers.find(unit.conn, number)
        if kept is None:
            break
        if kept.status == "proposed":
            raise Conflict("ALREADY_PROPOSED", f"voucher {number} is there already", "year")
        number = f"{kept.voucher.book}-{kept.voucher.template}-{kept.voucher.incurred_on.year}-{again}"
    return number
