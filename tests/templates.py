"""Databases for tests: each set of migrations is run once, and every test gets a copy of what they left."""

import hashlib
import secrets
from pathlib import Path
from typing import Protocol

import asyncpg

from deploy import databases
from deploy.databases import Database
from services.chassis import postgres

OWNER_PASSWORD = "owner-of-a-test"
SERVICE_PASSWORD = "service-of-a-test"
# any number, the same everywhere: workers that need the same template take turns
TURN = 7_309_001


class Migrated(Protocol):
    """Makes a migrated database of a service that lasts as long as the test."""

    async def __call__(self, service: str, own: Path | None = None) -> Database: ...


async def empty(admin_dsn: str, service: str, *, template: str | None = None) -> Database:
    """Make a database of `service` under a name of its own: empty, or a copy of the database `template`."""
    return await databases.create(
        admin_dsn,
        service,
        owner_password=OWNER_PASSWORD,
        service_password=SERVICE_PASSWORD,
        name=f"{service}_{secrets.token_hex(4)}",
        template=template,
    )


async def migrated(admin_dsn: str, service: str, own: Path | None) -> Database:
    """Make a database as the chassis's migrations, and those in the directory `own`, leave it."""
    return await empty(admin_dsn, service, template=await _template(admin_dsn, service, own))


async def _template(admin_dsn: str, service: str, own: Path | None) -> str:
    """Return the name of a migrated database that nobody connects to; make it when it is absent."""
    name = f"{service}_template_{_digest(own)}"
    admin = await asyncpg.connect(admin_dsn)
    try:
        await admin.execute("select pg_advisory_lock($1)", TURN)
        if not await admin.fetchval("select exists (select from pg_database where datname = $1)", name):
            draft = await empty(admin_dsn, service)
            await postgres.apply_migrations(draft.migration_url, own)
            await admin.execute(f'alter database "{draft.name}" rename to "{name}"')
    finally:
        await admin.close()
    return name


def _digest(own: Path | None) -> str:
    text = hashlib.sha256()
    for directory in (postgres.CHASSIS_MIGRATIONS, own):
        for file in sorted(directory.glob("*.sql")) if directory else ():
            text.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return text.hexdigest()[:12]
