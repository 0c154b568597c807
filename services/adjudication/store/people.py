"""Look up providers and persons' years for people to read (定点机构, 年度累计)."""

from typing import Any

from services.adjudication.store import records
from services.chassis.postgres import Connection


async def providers(connection: Connection) -> list[dict[str, Any]]:
    """List every agreement of every provider, oldest first."""
    rows = await connection.fetch(
        "select provider, since, name, level, area, agreement from state.provider order by provider, since"
    )
    return [dict(row) for row in rows]


async def years(connection: Connection, person: str) -> list[dict[str, Any]]:
    """Read a person's accumulators by book and year, with the stays that count, fen."""
    record = (await records.records_of(connection, [person], {}))[person]
    return [
        {
            "book": book,
            "year": year,
            **sums._asdict(),
            "chronic": dict(sums.chronic),
            "stays": sorted(s.admitted.isoformat() for s in record.stays if s.approved and s.admitted.year == year),
        }
        for (book, year), sums in sorted(record.years.items())
    ]
