"""公示: the monthly public list of what was paid to whom, names masked."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from contracts.text import BookCode
from services.chassis.answers import answers
from services.chassis.unit import Log
from services.ledger.api.answers.books import Notices
from services.ledger.api.callers import Reader
from services.ledger.api.paging import Paged, following, lines_for
from services.ledger.api.printing import MEDIA, Form, answer
from services.ledger.decide.notice import Notice, notices
from services.ledger.model import Line
from services.ledger.people import People
from services.ledger.reading import accounts_of, month_of, newest_chart
from services.ledger.reports import book_page

Month = Annotated[str, Path(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$")]


def router(log: Log, people: People) -> APIRouter:
    """Make the route of the public notice."""
    routes = APIRouter(tags=["statements"])

    @routes.get("/books/{book}/notices/{month}", response_model=None, responses=answers(Notices, also=MEDIA.values()))
    async def show_notice(
        book: BookCode,
        month: Month,
        caller: Reader,
        page: Paged,
        form: Form = "json",
    ) -> dict[str, Any] | Response:
        """公示: benefits booked in the month, page by page. 503 NO_NAMES while enrollment does not answer."""
        async with log.pool.acquire() as connection:
            chart = await newest_chart(connection)
            accounts = await accounts_of(connection, chart, book, ("5001",))
            found = await lines_for(form, connection, book, accounts, month_of(month), page)
        names = await people.masked(one.person for one in found if one.person is not None)
        paid = ((one.business_date, Line(one.account, one.side, one.amount, one.person)) for one in found)
        listed = notices(paid, names)
        title = f"{book} {month} 待遇支付公示"
        return await answer(form, _json(listed, following(found, page.limit)), lambda: book_page.notice(title, listed))

    return routes


def _json(listed: list[Notice], behind: str | None) -> dict[str, Any]:
    return {
        "notices": [one._asdict() for one in listed],
        "total": sum(one.amount for one in listed),
        "next": behind,
    }
