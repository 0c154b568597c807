"""待审核: what waits for reviewers, with the stage that is due and the business day on which it is overdue."""

from typing import Any

from services.adjudication.decide.review import position
from services.adjudication.desk import Library
from services.adjudication.intake import shipped_calendar
from services.adjudication.store import claims, listings
from services.chassis.day import open_day
from services.chassis.postgres import Connection

Row = dict[str, Any]


async def waiting_rows(
    connection: Connection, library: Library, after: str, limit: int, overdue: bool | None
) -> list[Row]:
    """Give the next ``limit`` claims above ``after`` that wait for a review; where asked, only the overdue ones."""
    today = await open_day(connection)
    found: list[Row] = []
    while len(found) < limit:
        rows = await listings.pended(connection, after, limit)
        for row in rows:
            shown = await _stage(connection, library, row)
            shown["overdue"] = shown["due"] < today
            if overdue is None or shown["overdue"] == overdue:
                found.append(shown)
        if len(rows) < limit:
            break
        after = rows[-1]["claim"]
    return found[:limit]


async def _stage(connection: Connection, library: Library, row: Row) -> Row:
    """Add the stage that is due, whether it is held, and by when it is to be done."""
    intake = row.pop("intake")
    stages = await library.chain(connection, intake, row["book"], row["pay_to"], row["total"])
    acts = await claims.acts(connection, row["claim"], row["decision_id"])
    at = position([stage.name for stage in stages], acts)
    within = next(stage.within for stage in stages if stage.name == at.stage)
    due = shipped_calendar().after(row["pended_on"], within)
    return row | at._asdict() | {"due": due.day, "due_assumed": due.assumed}
