"""Pages of lines: where one ended is where the next begins, written as one opaque word."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.chassis.errors import BadInput
from services.ledger.store.lookup import BEGINNING, Found, Place

Behind = Annotated[str | None, Query(max_length=80, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=1_000)]


def place(behind: str | None) -> Place:
    """Read where a page begins. Raises ``BadInput`` BAD_PLACE."""
    if behind is None:
        return BEGINNING
    try:
        day, entry, n = behind.split("~")
        return Place(date.fromisoformat(day), UUID(entry), int(n))
    except ValueError:
        raise BadInput("BAD_PLACE", "take `next` of the page before, as it is", "behind") from None


def following(found: list[Found], limit: int) -> str | None:
    """Say where the next page begins; None behind the last."""
    if len(found) < limit:
        return None
    last = found[-1]
    return f"{last.business_date}~{last.entry}~{last.n}"


def shown(line: Found) -> dict[str, Any]:
    """Show a line with its entry, the event that caused it and the claim it concerns."""
    return line._asdict() | {
        "event": f"/events/{line.cause_source}/{line.cause}",
        "opens": f"/entries/{line.entry}",
        "claim_opens": line.claim and f"/claims/{line.claim}/lines",
    }
