"""What adjudication does by itself: it publishes the rules that it ships, so that the log holds all they say."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from contracts.claims import PackPublished
from services.adjudication.intake import shipped_intake
from services.adjudication.model import INTAKE, PACKS_STREAM, SUPERVISION
from services.adjudication.packs import shipped
from services.adjudication.store import published
from services.adjudication.supervision import shipped_supervision
from services.chassis.jobs import Job
from services.chassis.unit import Log

PUBLISHER = "adjudication"


async def publish(log: Log) -> None:
    """Publish every shipped rule pack and the rules of intake and supervision, unless this version is published."""
    async with log.unit(PUBLISHER) as unit:
        await unit.lock(PACKS_STREAM)
        known = {(row["pack"], row["pack_id"]) for row in await published.listing(unit.conn)}
        for body in _shipped():
            if (body.pack, body.pack_id) not in known:
                cause = uuid5(NAMESPACE_URL, f"urn:claims-ledger:pack:{body.pack_id}")
                unit.append(body, stream=PACKS_STREAM, cause=cause)


def jobs(log: Log) -> Sequence[Job]:
    """List the dated work of the service."""

    async def work() -> None:
        await publish(log)

    return (Job("publish-packs", timedelta(hours=1), work),)


def _shipped() -> list[PackPublished]:
    packs = [
        PackPublished(pack=pack.name, pack_id=pack.id, content=pack.content.decode()) for pack in shipped().values()
    ]
    rules = ((INTAKE, shipped_intake()), (SUPERVISION, shipped_supervision()))
    return packs + [
        PackPublished(pack=name, pack_id=hashlib.sha256(content).hexdigest(), content=content.decode())
        for name, content in rules
    ]
