"""The counter of enrollment as a clerk meets it, and what people bring to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import orjson
from stdnum.cn import ric

from deploy.databases import Database
from services.chassis.tokens import Issuer
from services.chassis.unit import Log

FIRST_DAY = date(2017, 3, 1)
BOOK = "340706-390"


@dataclass
class Desk:
    """The counter, as a clerk meets it."""

    client: httpx.AsyncClient
    issuer: Issuer
    log: Log
    database: Database

    async def post(
        self, path: str, body: Any, *, key: str | None = None, actor: str = "li.si", role: str = "clerk"
    ) -> httpx.Response:
        bulk = isinstance(body, list)
        content = b"\n".join(orjson.dumps(line) for line in body) if bulk else orjson.dumps(body)
        headers = {
            "authorization": f"Bearer {self.issuer.token(actor, [role])}",
            "content-type": "application/x-ndjson" if bulk else "application/json",
            "idempotency-key": key or str(uuid4()),
        }
        return await self.client.post(path, content=content, headers=headers)

    async def get(self, path: str, *, role: str = "clerk") -> httpx.Response:
        token = self.issuer.token("li.si", [role])
        return await self.client.get(path, headers={"authorization": f"Bearer {token}"})

    async def kinds(self) -> list[str]:
        async with self.log.pool.acquire() as connection:
            rows = await connection.fetch("select kind from log.event order by kind, shard, seq")
        return [row["kind"] for row in rows]


def certificate(n: int, birth: date = date(1980, 5, 17)) -> str:
    """Make a valid identity number of 义安区."""
    body = f"340706{birth:%Y%m%d}{n:03d}"
    return body + ric.calc_check_digit(body)


def enrolment(n: int = 1, **changes: Any) -> dict[str, Any]:
    birth = date.fromisoformat(changes.get("birth", "1980-05-17"))
    return {
        "person": f"34070600{n:06d}",
        "psn_cert_type": "01",
        "certno": certificate(n, birth),
        "name": "张建国",
        "sex": "male",
        "birth": birth.isoformat(),
        "psn_type": "1501",
        "book": BOOK,
        "begins": "2017-01-01",
        "ends": "2017-12-31",
    } | changes


def contribution(n: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "person": f"34070600{n:06d}",
        "book": BOOK,
        "year": 2017,
        "payer": "personal",
        "channel": "agency",
        "amount": 15_000,
        "value_date": "2017-03-01",
        "bank_key": "IN-20170301-001",
    } | changes


def codes(answer: httpx.Response) -> Sequence[tuple[str, str | None]]:
    """Give code and field of every fault in a problem document."""
    document: Mapping[str, Any] = answer.json()
    return [(fault["code"], fault["field"]) for fault in document["errors"]]


async def tables(database: Database, names: Sequence[str]) -> dict[str, list[asyncpg.Record]]:
    """Give the content of tables, sorted."""
    connection = await asyncpg.connect(database.migration_url)
    try:
        return {name: await connection.fetch(f"select * from {name} as t order by t::text") for name in names}
    finally:
        await connection.close()
