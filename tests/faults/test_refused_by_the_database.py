"""The logs and the journal only grow: the database itself refuses everything else, whoever asks."""

import asyncio

import asyncpg
import pytest

from contracts.topics import SERVICES, Service
from tests.journey.town import Town

TABLES: list[tuple[Service, str]] = [
    *((service, "log.event") for service in SERVICES),
    ("ledger", "state.entry"),
]
CHANGES = {
    "update": "update {} set {} = {}",
    "delete": "delete from {}",
    "truncate": "truncate {} cascade",
}
COLUMN = {"log.event": "body", "state.entry": "business_date"}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("service", "table"), TABLES)
def test_a_service_may_not_change_what_is_written(town: Town, service: Service, table: str, change: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        attempt(town.agency.databases[service].url, table, change)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("service", "table"), TABLES)
def test_even_the_owner_is_refused(town: Town, service: Service, table: str, change: str) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="is refused"):
        attempt(town.agency.databases[service].migration_url, table, change)


def attempt(url: str, table: str, change: str) -> None:
    """Try the change and take it back in any case."""
    column = COLUMN[table]
    sql = CHANGES[change].format(table, column, column)

    async def attempted() -> None:
        connection = await asyncpg.connect(url)
        try:
            transaction = connection.transaction()
            await transaction.start()
            try:
                await connection.execute(sql)
            finally:
                await transaction.rollback()
        finally:
            await connection.close()

    asyncio.run(attempted())
