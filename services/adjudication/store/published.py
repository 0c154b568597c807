"""Read what was published (规则包): the newest version of every rule pack and of the rules, and the seed of the draw.

Seeds are kept from the other readers: whoever knows one could choose a claim's number by it.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from contracts.envelope import shard_of
from services.adjudication.model import PACKS_STREAM, SAMPLING
from services.chassis.postgres import Connection


async def newest(connection: Connection) -> dict[str, str]:
    """Give the content hash of the version published last, by name."""
    return {row["pack"]: row["pack_id"] for row in await connection.fetch(_NEWEST, SAMPLING)}


async def contents(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Read the contents of some versions by their hash."""
    return {row["pack_id"]: row["content"] for row in await connection.fetch(_CONTENTS, list(ids), SAMPLING)}


async def before(connection: Connection, pack: str, seq: int) -> str | None:
    """Read the version of a rule pack that was in use before the one published under a number of the log."""
    content: str | None = await connection.fetchval(_BEFORE, pack, seq)
    return content


async def on_day(connection: Connection, pack: str, day: date) -> str | None:
    """Give the content hash of the version that was in use at the end of a business day; None where none was yet."""
    found: str | None = await connection.fetchval(_ON_DAY, pack, day, shard_of(PACKS_STREAM))
    return found


async def listing(connection: Connection) -> list[dict[str, Any]]:
    """List every version ever published, in the order of publication."""
    return [dict(row) for row in await connection.fetch(_LISTING)]


async def seed(connection: Connection) -> str | None:
    """Read the publication of the newest seed; None before there is one."""
    return await current(connection, SAMPLING)


async def current(connection: Connection, pack: str) -> str | None:
    """Read the version published last under a name; None before there is one."""
    content: str | None = await connection.fetchval(_CURRENT, pack)
    return content


_NEWEST = "select distinct on (pack) pack, pack_id from state.pack where pack <> $1 order by pack, seq desc"

_CONTENTS = "select pack_id, content from state.pack where pack_id = any($1::text[]) and pack <> $2"

_BEFORE = "select content from state.pack where pack = $1 and seq < $2 order by seq desc limit 1"

_ON_DAY = """
select pack.pack_id
from state.pack as pack
join log.event as said on said.shard = $3 and said.seq = pack.seq
where pack.pack = $1 and said.business_date <= $2
order by pack.seq desc
limit 1
"""

_CURRENT = "select content from state.pack where pack = $1 order by seq desc limit 1"

_LISTING = "select pack, pack_id, length(content) as characters from state.pack order by seq"
