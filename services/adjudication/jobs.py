"""What adjudication does by itself: it publishes the rules that it ships, and each month the seed of the draw (抽查).

So the log holds all that decisions used. And it goes on looking at the claims that are to be looked at again (再核定).
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

import orjson
import structlog

from contracts.claims import PackPublished
from services.adjudication.decide.sampling import publication
from services.adjudication.desk import Library
from services.adjudication.intake import shipped_intake
from services.adjudication.model import GROUNDS, INTAKE, PACKS_STREAM, SAMPLING, SUPERVISION
from services.adjudication.packs import shipped
from services.adjudication.reconsidering import go_on
from services.adjudication.store import published
from services.adjudication.supervision import shipped_grounds, shipped_supervision
from services.chassis.day import open_day
from services.chassis.jobs import Job
from services.chassis.unit import Log

PUBLISHER = "adjudication"

_log = structlog.get_logger()


async def publish(log: Log) -> None:
    """Publish every shipped rule pack, the rules and the grounds of clawbacks, unless this version is published.

    One that was published before a newer one does not come back, or two releases side by side would each put theirs in
    force every hour: it is told as a warning.
    """
    async with log.unit(PUBLISHER) as unit:
        await unit.lock(PACKS_STREAM)
        known = {(row["pack"], row["pack_id"]) for row in await published.listing(unit.conn)}
        newest = await published.newest(unit.conn)
        for body in _shipped():
            if (body.pack, body.pack_id) not in known:
                cause = uuid5(NAMESPACE_URL, f"urn:claims-ledger:pack:{body.pack_id}")
                unit.append(body, stream=PACKS_STREAM, cause=cause)
            elif newest[body.pack] != body.pack_id:
                _log.warning("older_rules_shipped", name=body.pack, shipped=body.pack_id, in_force=newest[body.pack])


async def publish_seed(log: Log) -> None:
    """Publish a seed that nobody could know before, unless the month of the open business day has one."""
    async with log.unit(PUBLISHER) as unit:
        await unit.lock(PACKS_STREAM)
        month = f"{await open_day(unit.conn):%Y-%m}"
        newest = await published.seed(unit.conn)
        if newest is None or orjson.loads(newest)["month"] != month:
            content = publication(month, secrets.token_hex(32))
            cause = uuid5(NAMESPACE_URL, f"urn:claims-ledger:sampling:{month}")
            unit.append(as_published(SAMPLING, content), stream=PACKS_STREAM, cause=cause)


def jobs(log: Log, library: Library) -> Sequence[Job]:
    """List the dated work of the service."""

    async def work() -> None:
        await publish(log)
        await publish_seed(log)

    async def look_again() -> None:
        await go_on(log, library)

    return (
        Job("publish-packs", timedelta(hours=1), work),
        Job("look-again", timedelta(seconds=2), look_again),
    )


def _shipped() -> list[PackPublished]:
    packs = [
        PackPublished(pack=pack.name, pack_id=pack.id, content=pack.content.decode()) for pack in shipped().values()
    ]
    rules = ((INTAKE, shipped_intake()), (SUPERVISION, shipped_supervision()), (GROUNDS, shipped_grounds()))
    return [*packs, *(as_published(name, content) for name, content in rules)]


def as_published(name: str, content: bytes) -> PackPublished:
    """Write what is published under a name, with the hash of its content."""
    return PackPublished(pack=name, pack_id=hashlib.sha256(content).hexdigest(), content=content.decode())
