"""账簿: books, trial balances, account ledgers and bank day-books."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from contracts.ledger import Account
from contracts.text import BookCode
from services.chassis.answers import answers
from services.chassis.errors import NotFound
from services.chassis.postgres import Connection
from services.chassis.unit import Log
from services.ledger.api.answers.books import AccountLedger, Books, DayBook, TrialBalance
from services.ledger.api.callers import Reader
from services.ledger.api.paging import Between, Page, Paged, following, lines_for, shown
from services.ledger.api.printing import MEDIA, Form, answer
from services.ledger.decide.chart import Chart
from services.ledger.reading import Period, accounts_of, family_of, newest_chart, trial
from services.ledger.reports import book_page
from services.ledger.store import balances
from services.ledger.store.lookup import Found

BankCash = Annotated[str, Path(pattern="^100[2-5]$")]


def router(log: Log) -> APIRouter:
    """Make the routes that read the books."""
    routes = APIRouter(tags=["books"])

    @routes.get("/books", responses=answers(Books))
    async def list_books(caller: Reader) -> dict[str, Any]:
        """账套: the books that were ever posted to, and their kind."""
        async with log.pool.acquire() as connection:
            chart = await newest_chart(connection)
            return {"books": [_book(chart, book) for book in await balances.books(connection)]}

    @routes.get(
        "/books/{book}/trial-balance", response_model=None, responses=answers(TrialBalance, also=MEDIA.values())
    )
    async def show_trial(book: BookCode, caller: Reader, of: Between, form: Form = "json") -> dict[str, Any] | Response:
        """试算平衡表; fen in JSON, yuan elsewhere."""
        async with log.pool.acquire() as connection:
            found = await trial(connection, await newest_chart(connection), book, of)
        shown = found._asdict() | {"rows": [row._asdict() for row in found.rows]}
        return await answer(form, shown, lambda: book_page.trial(book_page.heading(book, *of), found))

    @routes.get(
        "/books/{book}/accounts/{account}/ledger",
        response_model=None,
        responses=answers(AccountLedger, also=MEDIA.values()),
    )
    async def show_ledger(
        book: BookCode, account: Account, caller: Reader, of: Between, page: Paged, form: Form = "json"
    ) -> dict[str, Any] | Response:
        """明细账: the opening balance, line by line, page by page; amounts in fen, balance as debit less credit."""
        async with log.pool.acquire() as connection:
            held, found = await _ledger(connection, book, account, of, page, form)
        whole = held | {"lines": [shown(line) for line in found], "next": following(found, page.limit)}
        return await answer(form, whole, lambda: book_page.ledger(book_page.heading(book, *of), account, held, found))

    @routes.get("/books/{book}/daybook/{account}", response_model=None, responses=answers(DayBook, also=MEDIA.values()))
    async def show_daybook(
        book: BookCode, account: BankCash, caller: Reader, of: Between, form: Form = "json"
    ) -> dict[str, Any] | Response:
        """银行存款日记账: for every day, previous balance + receipts - payments = balance, fen."""
        async with log.pool.acquire() as connection:
            days = await _daybook(connection, book, account, of)
        return await answer(form, days, lambda: book_page.daybook(book_page.heading(book, *of), days))

    return routes


async def _ledger(
    connection: Connection, book: str, account: str, of: Period, page: Page, form: Form
) -> tuple[dict[str, Any], list[Found]]:
    accounts = await accounts_of(connection, await newest_chart(connection), book, (account,))
    if not accounts:
        raise NotFound("UNKNOWN_ACCOUNT", f"{book} has no account {account}", "account")
    before = await balances.until(connection, book, of.since - timedelta(days=1))
    moved = await balances.movements(connection, book, *of)
    found = await lines_for(form, connection, book, accounts, of, page)
    opening = sum(one.signed for one in before if one.account in accounts)
    closing = opening + sum(one.signed for one in moved if one.account in accounts)
    return {"accounts": accounts, "opening": opening, "closing": closing}, found


async def _daybook(connection: Connection, book: str, account: str, of: Period) -> dict[str, Any]:
    chart = await newest_chart(connection)
    family_of(chart, book)
    before = await balances.until(connection, book, of.since - timedelta(days=1))
    moved = await balances.days(connection, book, account, *of)
    balance = sum(one.signed for one in before if one.account == account)
    days = []
    for day, receipts, payments in moved:
        previous, balance = balance, balance + receipts - payments
        row = {"day": day, "previous": previous, "receipts": receipts, "payments": payments, "balance": balance}
        days.append(row)
    return {"bank_account": chart.bank_account(book, account), "days": days}


def _book(chart: Chart, book: str) -> dict[str, Any]:
    memo = book.endswith("-memo")
    scheme = chart.by_scheme[book.split("-")[1]]
    return {
        "book": book,
        "name": f"{scheme.name}{'备查簿' if memo else ''}",
        "family": "memo" if memo else scheme.family,
        "bank_accounts": {}
        if memo
        else {bank.name: chart.bank_account(book, bank.account) for bank in chart.bank_accounts},
    }
