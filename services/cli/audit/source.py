"""Where an auditor reads the logs: the feeds of running services, or the files of an archive."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import httpx

from contracts.topics import Service

PAGE = 5_000


class LogSource(Protocol):
    """Gives the lines of one shard of one service, in order, from the first."""

    def lines(self, service: Service, shard: int) -> Iterator[bytes]:
        """Yield the lines of a shard."""
        ...


class Feeds:
    """The feeds of running services (``GET /log/{shard}``)."""

    def __init__(self, urls: dict[Service, str], token: str) -> None:
        self._urls = urls
        self._http = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def lines(self, service: Service, shard: int) -> Iterator[bytes]:
        """Yield the lines of a shard, page by page."""
        after = 0
        while True:
            answer = self._http.get(f"{self._urls[service]}/log/{shard}", params={"after": after, "limit": PAGE})
            answer.raise_for_status()
            page = answer.content.splitlines()
            yield from page
            if len(page) < PAGE:
                return
            after += len(page)


class Archive:
    """A directory of canonical lines: ``<service>/<shard>.ndjson``."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def lines(self, service: Service, shard: int) -> Iterator[bytes]:
        """Yield the lines of a shard's file; a missing file is an empty shard."""
        path = self._directory / service / f"{shard}.ndjson"
        if path.exists():
            with path.open("rb") as file:
                yield from file
