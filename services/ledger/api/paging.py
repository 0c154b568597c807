"""Which days are asked for, and which page of lines: where one ended the next begins, written as one opaque word."""

from datetime import date
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import Depends, Query

from services.chassis.errors import BadInput
from services.chassis.postgres import Connection
from services.ledger.model import View
from services.ledger.reading import Period, period
from services.ledger.store import lookup
from services.ledger.store.lookup import BEGINNING, Found, Place

Behind = Annotated[str | None, Query(max_length=80, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=1_000)]


LARGEST_FILE = 5_000
"""Lines of a workbook or of a paper."""


class Page(NamedTuple):
    """At most ``limit`` lines behind a place."""

    behind: Place
    limit: int


def page(behind: Behind = None, limit: Limit = 200) -> Page:
    """Read where a page begins. Raises ``BadInput`` BAD_PLACE."""
    if behind is None:
        return Page(BEGINNING, limit)
    try:
        day, entry, n = behind.split("~")
        return Page(Place(date.fromisoformat(day), UUID(entry), int(n)), limit)
    except ValueError:
        raise BadInput("BAD_PLACE", "take `next` of the page before, as it is", "behind") from None


Between = Annotated[Period, Depends(period)]
"""The days ``since`` to ``until``. Name the caller before it: who may not ask is told so first."""

Paged = Annotated[Page, Depends(page)]


async def lines_for(
    form: str, connection: Connection, book: str, accounts: tuple[str, ...], of: Period, asked: Page
) -> list[Found]:
    """List a page of lines; for a file, which nobody turns over, all of them. Raises ``BadInput`` TOO_LONG."""
    if form == "json":
        return await lookup.lines(connection, book, accounts, *of, behind=asked.behind, limit=asked.limit)
    found = await lookup.lines(connection, book, accounts, *of, behind=asked.behind, limit=LARGEST_FILE + 1)
    if len(found) > LARGEST_FILE:
        sentence = f"more than {LARGEST_FILE:,} lines: ask for fewer days, or page by page as JSON"
        raise BadInput("TOO_LONG", sentence, "form")
    return found


def following(found: list[Found], limit: int, view: View = "booked") -> str | None:
    """Say where the next page begins; None behind the last."""
    if len(found) < limit:
        return None
    last = found[-1]
    day = last.incurred_on if view == "incurred" else last.business_date
    return f"{day}~{last.entry}~{last.n}"


def shown(line: Found) -> dict[str, Any]:
    """Show a line with its entry, the event that caused it and the claim it concerns."""
    return line._asdict() | {
        "event": f"/events/{line.cause_source}/{line.cause}",
        "opens": f"/entries/{line.entry}",
        "claim_opens": line.claim and f"/claims/{line.claim}/lines",
    }
