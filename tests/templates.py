"""Databases for tests: each set of migrations is run once, and every test gets a copy of what they left."""

import hashlib
import secrets
from pathlib import Path
from typing import Protocol

import asyncpg

from deploy import databases
from deploy.databases import Database
from services.chassis import postgres

_PASSWORDS = {"owner_password": "owner-of-a-test", "service_password": "service-of-a-test"}
# any number, the same everywhere: workers that need the same template take turns
TURN = 7_309_001
_MADE: set[str] = set()
"""The templates that this worker has seen."""
_OLD: list[str] = []
"""Databases that this worker made and has not dropped: to make one right after a drop takes four times as long."""
MANY = 40


class Migrated(Protocol):
    """Makes a migrated database of a service that lasts as long as the test."""

    async def __call__(self, service: str, own: Path | None = None) -> Database: ...


async def empty(admin_dsn: str, service: str) -> Database:
    """Make an empty database of `service` under a name of its own."""
    return await databases.create(admin_dsn, service, name=_new_name(service), **_PASSWORDS)


async def migrated(admin_dsn: str, service: str, own: Path | None) -> Database:
    """Make a database as the chassis's migrations, and those in the directory `own`, leave it."""
    name, template = _new_name(service), f"{service}_template_{_digest(own)}"
    admin = await asyncpg.connect(admin_dsn)
    try:
        if template not in _MADE:
            await _make_template(admin, admin_dsn, service, own, template)
            _MADE.add(template)
        await admin.execute(
            f'create database "{name}" template "{template}" owner "{databases.owner(service)}" strategy file_copy'
        )
        await admin.execute(f'revoke all on database "{name}" from public')
        await admin.execute(f'grant connect on database "{name}" to "{service}"')
    finally:
        await admin.close()
    return databases.reached(admin_dsn, service, name, **_PASSWORDS)


async def _make_template(
    admin: "asyncpg.Connection[asyncpg.Record]", admin_dsn: str, service: str, own: Path | None, name: str
) -> None:
    """Make a migrated database that nobody connects to, unless another worker has."""
    await admin.execute("select pg_advisory_lock($1)", TURN)
    if not await admin.fetchval("select exists (select from pg_database where datname = $1)", name):
        draft = await empty(admin_dsn, service)
        await postgres.apply_migrations(draft.migration_url, own)
        await admin.execute(f'alter database "{draft.name}" rename to "{name}"')
    await admin.execute("select pg_advisory_unlock($1)", TURN)


async def drop_some(admin_dsn: str) -> None:
    """Drop the databases of tests that are over, once there are many."""
    if len(_OLD) >= MANY:
        await drop_old(admin_dsn)


async def drop_old(admin_dsn: str) -> None:
    """Drop the databases of tests that are over."""
    while _OLD:
        await databases.drop(admin_dsn, _OLD.pop())


def _new_name(service: str) -> str:
    _OLD.append(f"{service}_{secrets.token_hex(4)}")
    return _OLD[-1]


def _digest(own: Path | None) -> str:
    text = hashlib.sha256()
    for directory in (postgres.CHASSIS_MIGRATIONS, own):
        for file in sorted(directory.glob("*.sql")) if directory else ():
            text.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return text.hexdigest()[:12]
