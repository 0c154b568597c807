"""Names, masked, for what is posted in public: the ledger knows numbers only, so it asks enrollment and forgets."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import httpx
import orjson

from services.chassis.errors import Unavailable

TIMEOUT_SECONDS = 10.0
AT_ONCE = 8


class People:
    """Enrollment's counter as this service sees it: a name's first character, the rest hidden."""

    def __init__(self, url: str, token_file: Path) -> None:
        self._url = url
        self._token_file = token_file

    async def masked(self, persons: Iterable[str]) -> dict[str, str]:
        """Give the masked name of each person. Raises ``Unavailable`` when enrollment does not answer."""
        headers = {"authorization": f"Bearer {self._token_file.read_text().strip()}"}
        turns = asyncio.Semaphore(AT_ONCE)

        async def ask(client: httpx.AsyncClient, person: str) -> tuple[str, str]:
            async with turns:
                answer = await client.get(f"/persons/{person}")
                answer.raise_for_status()
            return person, str(orjson.loads(answer.content)["name"])

        try:
            async with httpx.AsyncClient(base_url=self._url, timeout=TIMEOUT_SECONDS, headers=headers) as client:
                return dict(await asyncio.gather(*(ask(client, person) for person in sorted(set(persons)))))
        except httpx.HTTPError:
            raise Unavailable("NO_NAMES", "enrollment does not give the names now; try again later") from None
