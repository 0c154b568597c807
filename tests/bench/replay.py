"""The audit of the logs that the measurement itself has made, and what no audit can do without."""

import hashlib
import multiprocessing
import os
import time
from pathlib import Path

import orjson

from contracts.envelope import SHARDS
from contracts.topics import SERVICES
from services.cli.agency import Agency
from services.cli.audit.log.source import Archive, Feeds, fetched
from services.cli.audit.replay import Report, audit
from services.ledger.decide.signature import public_keys


def archived(running: Agency, directory: Path) -> Path:
    """Write the four logs to files, as an archive holds them; the measurement begins when they are there."""
    fetched(Feeds(running.urls, running.issuer.token("chu.shen", ["auditor"])), directory, lambda _: None)
    return directory


def replayed(archive: Path, keys: Path) -> Report:
    """Audit an archive. Raises ``ValueError`` when the audit finds anything: a wrong replay has no speed."""
    report = audit(Archive(archive), public_keys([keys.read_bytes()]), lambda *_: None)
    if report.differences:
        raise ValueError(f"the audit found {report.differences} differences; first: {report.first[0]}")
    return report


def bare(archive: Path) -> float:
    """Read, hash, parse and write again every line, in as many processes as there are cores; give lines a second.

    Nothing is cut, proved, decided or booked. The processes are there before the clock runs.
    """
    files = [archive / service / f"{shard}.ndjson" for service in SERVICES for shard in range(SHARDS)]
    cores = os.cpu_count() or 1
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        pool.map(_again, files[:cores], chunksize=1)
        began = time.perf_counter()
        lines = sum(pool.imap_unordered(_again, files))
        return lines / (time.perf_counter() - began)


def _again(file: Path) -> int:
    count = 0
    for line in file.read_bytes().splitlines():
        hashlib.sha256(line).digest()
        count += 1
        if orjson.dumps(orjson.loads(line)) != line:
            raise ValueError(f"a line of {file} is not as it was written")
    return count
