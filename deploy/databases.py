"""Makes the databases and roles of the services from `deploy/postgres/*.sql`; migrations do the rest."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

SQL = Path(__file__).with_name("postgres")
# any number, the same everywhere: roles belong to the whole server, so two makers must take turns
TURN = 7_305_001


@dataclass(frozen=True)
class Database:
    """A database of one service and the two ways into it."""

    name: str
    service: str
    url: str
    """As the service role: what migrations grant."""
    migration_url: str
    """As the owner: what migrates."""


def owner(service: str) -> str:
    """Return the name of the role that owns and migrates the database of `service`."""
    return f"{service}_owner"


async def create(
    admin_dsn: str, service: str, *, owner_password: str, service_password: str, name: str | None = None
) -> Database:
    """Make the two roles of `service` and its empty database (`name`, else that of the service); again is harmless.

    Raises asyncpg.PostgresError when the administrator may not, OSError when the server cannot be reached.
    """
    name = name or service
    settings = {
        "claims.service": service,
        "claims.database": name,
        "claims.owner_password": owner_password,
        "claims.service_password": service_password,
    }
    server = await asyncpg.connect(admin_dsn, server_settings=settings)
    try:
        await server.execute("select pg_advisory_lock($1)", TURN)
        await server.execute((SQL / "roles.sql").read_text())
        if not await server.fetchval("select exists (select from pg_database where datname = $1)", name):
            await server.execute(f'create database "{name}" owner "{owner(service)}"')
        await server.execute((SQL / "database.sql").read_text())
    finally:
        await server.close()
    return reached(admin_dsn, service, name, owner_password=owner_password, service_password=service_password)


def reached(admin_dsn: str, service: str, name: str, *, owner_password: str, service_password: str) -> Database:
    """Return how the database `name` of `service` is reached, on the server of `admin_dsn`."""
    return Database(
        name=name,
        service=service,
        url=dsn(admin_dsn, name, service, service_password),
        migration_url=dsn(admin_dsn, name, owner(service), owner_password),
    )


async def drop(admin_dsn: str, name: str) -> None:
    """Drop a database, ending the sessions in it; harmless when absent."""
    server = await asyncpg.connect(admin_dsn)
    try:
        await server.execute(f'drop database if exists "{name}" with (force)')
    finally:
        await server.close()


def dsn(admin_dsn: str, database: str, role: str | None = None, password: str = "") -> str:
    """Return the URL of `database` on the server of `admin_dsn`, as `role` (else as the administrator)."""
    parts = urlsplit(admin_dsn)
    where = parts.netloc.rpartition("@")[2]
    netloc = parts.netloc if role is None else f"{quote(role)}:{quote(password, safe='')}@{where}"
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{database}"))
