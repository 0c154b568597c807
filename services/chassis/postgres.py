"""How a service reaches its database: a pool of connections as its own role, and migrations as the owner."""

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

import asyncpg
from pogo_core.util import migrate

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool

CHASSIS_MIGRATIONS = Path(__file__).parent / "migrations"

_SESSION = {
    "timezone": "UTC",
    "jit": "off",
    "idle_in_transaction_session_timeout": "60s",
    # a plan made for an empty table would stay a sequential scan while the table grows
    "plan_cache_mode": "force_custom_plan",
}
_MIGRATION_LOCK = 7_301_001


async def open_pool(url: str, *, name: str, size: int = 10) -> Pool:
    """Open a pool of at most ``size`` connections; ``name`` is what the database calls the client."""
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        init=prepare,
        command_timeout=60,
        server_settings={"application_name": name, **_SESSION},
    )


async def connect(url: str, *, name: str) -> "asyncpg.Connection[asyncpg.Record]":
    """Open one connection outside any pool."""
    connection = await asyncpg.connect(url, command_timeout=60, server_settings={"application_name": name, **_SESSION})
    await prepare(connection)
    return connection


async def prepare(connection: Connection) -> None:
    """Teach a new connection to give standard UUIDs, which are written to JSON as they are."""
    await connection.set_type_codec(
        "uuid", schema="pg_catalog", format="binary", encoder=_uuid_bytes, decoder=_uuid_from_bytes
    )


async def apply_migrations(url: str, own: Path | None = None) -> None:
    """Bring the database to the newest form: the chassis's files first, then the service's ``own``.

    ``url`` names the owner role. Two processes that start together take turns.
    """
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("select pg_advisory_lock($1)", _MIGRATION_LOCK)
        await migrate.apply(connection, CHASSIS_MIGRATIONS, schema_name="chassis")
        if own is not None:
            await migrate.apply(connection, own, schema_name="service")
    finally:
        await connection.close()


def _uuid_bytes(value: UUID) -> bytes:
    return value.bytes


def _uuid_from_bytes(value: bytes) -> UUID:
    return UUID(bytes=bytes(value))
