"""报表: the statements of a book for a period, as JSON, XLSX or PDF; every figure opens to the lines behind it."""

from datetime import date, timedelta
from typing import Any, Literal

from fastapi import APIRouter, Response

from contracts.text import BookCode, Code
from services.chassis.answers import TEXT, answers
from services.chassis.errors import NotFound
from services.chassis.postgres import Connection
from services.chassis.unit import Log
from services.ledger.api.answers.papers import Cell, Reserve, Statement
from services.ledger.api.callers import Reader
from services.ledger.api.paging import Between, Page, Paged, following, shown
from services.ledger.api.printing import MEDIA, Form, answer
from services.ledger.decide.chart import Chart
from services.ledger.decide.reserve import Support, support
from services.ledger.decide.statements import NET_ASSETS, Filled, net_assets
from services.ledger.decide.vouchers import CLOSING
from services.ledger.model import View
from services.ledger.reading import (
    Period,
    accounts_of,
    family_of,
    newest_chart,
    period,
    standing,
    statement,
    statement_of,
)
from services.ledger.reports import book_page, statement_page
from services.ledger.store import balances, lookup

Format = Literal["json", "xlsx", "pdf", "text"]

_MEDIA = MEDIA | {"text": f"{TEXT}; charset=utf-8"}
_VIEWS = {"booked": "记账口径", "incurred": "发生口径"}
_WRITERS = {"xlsx": statement_page.xlsx, "pdf": statement_page.pdf, "text": statement_page.text}


def router(log: Log) -> APIRouter:
    """Make the routes of the statements."""
    routes = APIRouter(tags=["statements"])

    @routes.get(
        "/books/{book}/statements/{name}", response_model=None, responses=answers(Statement, also=_MEDIA.values())
    )
    async def show_statement(
        book: BookCode,
        name: Code,
        since: date,
        until: date,
        caller: Reader,
        view: View = "booked",
        form: Format = "json",
    ) -> dict[str, Any] | Response:
        """收支表 income_expense, 资产负债表 balance_sheet, 净资产变动表 net_assets; fen in JSON, yuan elsewhere."""
        of = period(since, until)
        async with log.pool.acquire() as connection:
            chart = await newest_chart(connection)
            filled = await statement(connection, chart, book, name, of, view)
        if form == "json":
            return _json(filled, book, of, view)
        heading = statement_page.Heading(book, _name(chart, book), f"{since} 至 {until}", _VIEWS[view])
        return Response(_WRITERS[form](filled, heading), media_type=_MEDIA[form])

    @routes.get("/books/{book}/statements/{name}/lines/{line}", responses=answers(Cell))
    async def open_cell(
        book: BookCode, name: Code, line: Code, caller: Reader, of: Between, page: Paged, view: View = "booked"
    ) -> dict[str, Any]:
        """Open a cell: the lines it adds up, or page by page the booked lines with their cause and claim.

        ``opening``, debit less credit, and the lines of all pages come to the figure of the cell in the same view.
        """
        async with log.pool.acquire() as connection:
            return await _cell(connection, book, name, line, of, page, view)

    @routes.get("/books/{book}/reserve", response_model=None, responses=answers(Reserve, also=MEDIA.values()))
    async def show_reserve(
        book: BookCode, until: date, caller: Reader, form: Form = "json"
    ) -> dict[str, Any] | Response:
        """基金支撑月数 at the end of a day, by the mean spending of the months so far this year; hundredths in JSON."""
        async with log.pool.acquire() as connection:
            found = await _reserve(connection, book, until)
        about = book_page.heading(book, until.replace(month=1, day=1), until)
        return await answer(form, found._asdict(), lambda: book_page.reserve(about, found))

    return routes


async def _cell(
    connection: Connection, book: str, name: str, line: str, of: Period, page: Page, view: View
) -> dict[str, Any]:
    chart = await newest_chart(connection)
    family = family_of(chart, book)
    form = statement_of(chart, name, family)
    cells = {one.id: one for one in form.lines}
    if line not in cells:
        raise NotFound("UNKNOWN_LINE", f"statement {name} has no line {line}", "line")
    cell = cells[line]
    accounts = await accounts_of(connection, chart, book, NET_ASSETS if cell.opening else cell.of)
    before = of.since - timedelta(days=1)
    days = Period(date.min, before) if cell.opening else of
    found = await lookup.lines(connection, book, accounts, *days, view=view, behind=page.behind, limit=page.limit)
    carried = await standing(connection, book, before, view) if form.measure == "balance" else []
    # what closes a year moves nothing in a statement of movements
    passed_over = CLOSING if form.measure == "movement" else ()
    return {
        "line": line,
        "label": cell.label,
        "adds_up": [{"line": one, "label": cells[one].label} for one in cell.plus],
        "takes_off": [{"line": one, "label": cells[one].label} for one in cell.minus],
        "accounts": accounts,
        "opening": sum(one.signed for one in carried if one.account in accounts),
        "lines": [shown(one) for one in found if one.template not in passed_over],
        "next": following(found, page.limit, view),
    }


async def _reserve(connection: Connection, book: str, until: date) -> Support:
    first = until.replace(month=1, day=1)
    chart = await newest_chart(connection)
    family_of(chart, book)
    savings = net_assets(await balances.until(connection, book, until))
    moved = await balances.movements(connection, book, first, until)
    closed = await balances.closing_movements(connection, book, first, until)
    spent = sum(one.signed for one in moved if one.account.startswith("5"))
    spent -= sum(one.signed for one in closed if one.account.startswith("5"))
    return support(chart, book, savings, spent, until)


def _json(filled: Filled, book: str, of: Period, view: View) -> dict[str, Any]:
    return {
        "book": book,
        "statement": filled.statement.id,
        "title": filled.statement.title,
        "since": of.since,
        "until": of.until,
        "view": view,
        "figures": [
            figure._asdict()
            | {
                "opens": f"/books/{book}/statements/{filled.statement.id}/lines/{figure.line}"
                f"?since={of.since}&until={of.until}&view={view}"
            }
            for figure in filled.figures
        ],
        "ties": [tie._asdict() for tie in filled.ties],
    }


def _name(chart: Chart, book: str) -> str:
    return chart.by_scheme[book.split("-")[1]].name
