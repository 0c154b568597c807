"""归档目录: where the files of an archive stand, and what those beside the logs and the seals must say."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from contracts.closing import DayClosed
from contracts.topics import Service
from services.ledger.archive import Journal, beancount, hledger
from services.ledger.decide.merkle import leaf_hash

MANIFEST = "MANIFEST"
"""Lists every other file with its SHA-256, as ``sha256sum --check`` reads it."""

WRITERS = {"beancount": beancount, "hledger": hledger}


def log_file(service: Service, shard: int) -> str:
    """Name the file with the canonical lines of a shard of a log."""
    return f"{service}/{shard}.ndjson"


def seal_file(period: str) -> str:
    """Name the file with the seal of a day, a month or a year."""
    return f"seals/{period}.json"


def entries_file(day: str) -> str:
    """Name the file with a day's entries, one a line, in voucher order."""
    return f"entries/{day}.ndjson"


def leaves_file(day: str) -> str:
    """Name the file with the leaves of a day's tree, one a line, hex."""
    return f"proofs/{day}.leaves"


def leaves(entries: Iterable[bytes]) -> bytes:
    """Write the leaves over a day's entries down."""
    return b"".join(leaf_hash(line).hex().encode() + b"\n" for line in entries)


class DayEntries(Iterable[Mapping[str, Any]]):
    """The entries of a day in an archive, read again whenever somebody goes through them."""

    def __init__(self, directory: Path, day: str) -> None:
        self._file = directory / entries_file(day)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Yield each entry as its canonical JSON says it."""
        with self._file.open("rb") as file:
            for line in file:
                yield orjson.loads(line)


def journals(directory: Path, period: str, days: Sequence[DayClosed]) -> dict[str, Iterator[bytes]]:
    """Write the journals of a period, by name, from the seals of its days and their entries in the archive."""
    journal = Journal([(closed, DayEntries(directory, f"{closed.day}")) for closed in days])
    return {f"journal/{period}.{name}": (text.encode() for text in write(journal)) for name, write in WRITERS.items()}


def sums(directory: Path) -> dict[str, str]:
    """Give the SHA-256 of every file but the manifest, hex, by its name in the directory."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    names = {path.relative_to(directory).as_posix(): path for path in files}
    return {name: _sum(path) for name, path in names.items() if name != MANIFEST}


def manifest(files: Mapping[str, str]) -> str:
    """Write the list of all files from their sums."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items()))


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
