"""Another service's log over HTTP: the place to ask when its topic has a hole, or nothing at all."""

import ssl
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from contracts.envelope import Event
from contracts.topics import Service
from services.chassis.chain import Position
from services.chassis.metrics import SERVICE_TOKEN_SECONDS

TIMEOUT_SECONDS = 10.0


class Ends(NamedTuple):
    """Where a source's shards end (by shard), and how many events it has parked."""

    heads: dict[int, Position]
    parked: int


class Upstream:
    """The feed of one source. Raises ``httpx.HTTPError`` when it cannot be reached or refuses."""

    def __init__(self, source: Service, url: str, token_file: Path) -> None:
        self.source = source
        self._token_file = token_file
        self._client = httpx.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS, verify=_trust())

    async def ends(self) -> Ends:
        """Ask where the source's shards end."""
        answer = orjson.loads(await self._get("/log/heads"))
        heads = {head["shard"]: Position(head["seq"], bytes.fromhex(head["hash"])) for head in answer["heads"]}
        return Ends(heads, answer["parked"])

    async def events(self, shard: int, after: int, limit: int) -> list[Event]:
        """Ask for at most ``limit`` events of a shard after a number, in order. Raises ``ValueError``, ``KeyError``."""
        lines = await self._get(f"/log/{shard}", after=after, limit=limit)
        return [Event.from_line(line) for line in lines.splitlines()]

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _get(self, path: str, **query: int) -> bytes:
        # read each time: a token is renewed by replacing its file
        token = self._token_file.read_text().strip()
        _note_expiry(token)
        answer = await self._client.get(path, params=query, headers={"authorization": f"Bearer {token}"})
        answer.raise_for_status()
        return answer.content


def _note_expiry(token: str) -> None:
    """Show how long the token is still good, so that somebody renews it in time; the peer judges it."""
    with suppress(JoseError, ValueError, KeyError, TypeError):
        claims = orjson.loads(extract_compact(token.encode()).payload)
        SERVICE_TOKEN_SECONDS.set(claims["exp"] - time.time())


@cache
def _trust() -> ssl.SSLContext:
    """Read the certificate authorities once: it takes as long as two hundred events."""
    return httpx.create_ssl_context()
