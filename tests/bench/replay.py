"""The audit of the logs that the measurement itself has made."""

from pathlib import Path

from contracts.envelope import SHARDS
from contracts.topics import SERVICES
from services.cli.agency import Agency
from services.cli.audit.replay import Report, audit
from services.cli.audit.source import Archive, Feeds
from services.ledger.decide.signature import public_keys


def archived(running: Agency, directory: Path) -> Path:
    """Write the four logs to files, as an archive holds them."""
    feeds = Feeds(running.urls, running.issuer.token("chu.shen", ["auditor"]))
    for service in SERVICES:
        place = directory / service
        place.mkdir(parents=True, exist_ok=True)
        for shard in range(SHARDS):
            with (place / f"{shard}.ndjson").open("wb") as file:
                file.writelines(line + b"\n" for line in feeds.lines(service, shard))
    return directory


def replayed(archive: Path, keys: Path) -> Report:
    """Audit an archive. Raises ``ValueError`` when the audit finds anything: a wrong replay has no speed."""
    report = audit(Archive(archive), public_keys([keys.read_bytes()]), lambda *_: None)
    if report.differences:
        raise ValueError(f"the audit found {report.differences} differences; first: {report.first[0]}")
    return report
