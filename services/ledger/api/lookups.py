"""查账: registers, entries, and all that the books say of a claim."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from contracts.text import BookCode, Code
from services.chassis.answers import answers
from services.chassis.errors import NotFound
from services.chassis.postgres import Connection
from services.chassis.unit import Log
from services.ledger.api.answers.books import ClaimLines, Entry, Register
from services.ledger.api.callers import Reader
from services.ledger.api.paging import Between, Page, Paged, following, lines_for, shown
from services.ledger.api.printing import MEDIA, Form, answer
from services.ledger.reading import Period, accounts_of, newest_chart
from services.ledger.reports import book_page
from services.ledger.store import entries, lookup
from services.ledger.store.lookup import Found


def router(log: Log) -> APIRouter:
    """Make the routes that look things up in the books."""
    routes = APIRouter(tags=["books"])

    @routes.get(
        "/books/{book}/registers/{register}", response_model=None, responses=answers(Register, also=MEDIA.values())
    )
    async def show_register(
        book: BookCode, register: Code, caller: Reader, of: Between, page: Paged, form: Form = "json"
    ) -> dict[str, Any] | Response:
        """台账: basic, critical, assistance, sponsorship or enjoyment, line by line."""
        async with log.pool.acquire() as connection:
            title, accounts, rows = await _register(connection, book, register, of, page, form)
        lines = [shown(row) for row in rows]
        whole = {"title": title, "accounts": accounts, "lines": lines, "next": following(rows, page.limit)}
        return await answer(form, whole, lambda: book_page.register(book_page.heading(book, *of), title, rows))

    @routes.get("/entries/{entry}", responses=answers(Entry))
    async def show_entry(entry: UUID, caller: Reader) -> dict[str, Any]:
        """凭证: an entry with its lines and the event that caused it."""
        async with log.pool.acquire() as connection:
            found = await entries.read(connection, [entry])
        if not found:
            raise NotFound("UNKNOWN_ENTRY", f"there is no entry {entry}", "entry")
        return found[0]._asdict() | {"lines": [line._asdict() for line in found[0].lines]}

    @routes.get("/claims/{claim}/lines", responses=answers(ClaimLines))
    async def show_claim(claim: Code, caller: Reader) -> dict[str, Any]:
        """All that the books say of a claim, in every book, in the order of the days."""
        async with log.pool.acquire() as connection:
            found = await lookup.of_claim(connection, claim)
        return {"claim": claim, "lines": [shown(line) for line in found]}

    return routes


async def _register(
    connection: Connection, book: str, register: str, of: Period, page: Page, form: Form
) -> tuple[str, tuple[str, ...], list[Found]]:
    chart = await newest_chart(connection)
    found = next((one for one in chart.registers if one.id == register), None)
    if found is None:
        raise NotFound("UNKNOWN_REGISTER", f"there is no register {register}", "register")
    accounts = await accounts_of(connection, chart, book, found.of)
    rows = await lines_for(form, connection, book, accounts, of, page)
    return found.title, accounts, rows
