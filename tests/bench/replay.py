"""The audit of the logs that the measurement itself has made."""

from pathlib import Path

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
