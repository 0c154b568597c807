"""Where an auditor reads the logs: the feeds of running services, or the files of an archive."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Protocol

from contracts.closing import STREAM
from contracts.envelope import SHARDS, shard_of
from contracts.topics import SERVICES, Service
from services.cli.archived import MANIFEST, log_file

PAGE = 5_000
CHUNK = 1 << 18
"""Bytes of a file that are read at once."""


class LogSource(Protocol):
    """Gives the lines of one shard of one service, in order, from the first."""

    def lines(self, service: Service, shard: int) -> Iterator[bytes]:
        """Yield the lines of a shard."""
        ...


class Feeds:
    """The feeds of running services (``GET /log/{shard}``)."""

    def __init__(self, urls: dict[Service, str], token: str) -> None:
        import httpx  # noqa: PLC0415 - who reads an archive, and every helper of the crew, starts sooner without it

        self._urls = urls
        self._http: httpx.Client = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60)

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
    """A directory of canonical lines, ``<service>/<shard>.ndjson``, with the seals that it was written for.

    What ``claims archive`` wrote has a MANIFEST and ends with its last seal: rows that the sources wrote after the day
    of that seal stand there only because earlier ones rest upon them, and much that they rest upon does not.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def lines(self, service: Service, shard: int) -> Iterator[bytes]:
        """Yield the lines of a shard's file; a missing file is an empty shard.

        A last line that has lost its end loses another byte here, so that it is found to be no line.
        """
        path = self.file(service, shard)
        if path.exists():
            with path.open("rb") as file:
                rest = b""
                while chunk := file.read(CHUNK):
                    *whole, rest = (rest + chunk).split(b"\n")
                    yield from whole
                if rest:
                    yield rest[:-1]

    def ends_with_a_seal(self) -> bool:
        """Tell whether this is the archive of what is sealed, and not the logs as they are."""
        return (self.directory / MANIFEST).exists()

    def seals(self) -> Mapping[str, bytes]:
        """Give the seals that are kept beside the logs, by period."""
        return {path.stem: path.read_bytes() for path in sorted(self.directory.glob("seals/*.json"))}

    def size(self) -> int:
        """Give the bytes of all logs together."""
        files = (self.file(service, shard) for service in SERVICES for shard in range(SHARDS))
        return sum(path.stat().st_size for path in files if path.exists())

    def file(self, service: Service, shard: int) -> Path:
        """Give the file of a shard, which need not be there."""
        return self.directory / log_file(service, shard)


def fetched(feeds: LogSource, directory: Path, done: Callable[[int], None]) -> Archive:
    """Copy the four logs into an empty directory; ``done`` is told the number of shards that are there.

    The last service comes first, and of its shards the one with the seals: what a row rests upon is there by the time
    that it is looked for, whoever goes on writing.
    """
    sealed_first = sorted(range(SHARDS), key=lambda shard: shard != shard_of(STREAM))
    copy = Archive(directory)
    for n, (service, shard) in enumerate(product(reversed(SERVICES), sealed_first), start=1):
        path = copy.file(service, shard)
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            file.writelines(line + b"\n" for line in feeds.lines(service, shard))
        done(n)
    return copy
