"""The files that an archive has beside its logs: each must be what seals and logs say, and none may be missing."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from contracts.closing import DayClosed, MonthClosed, YearClosed
from services.cli.archived import (
    MANIFEST,
    WRITERS,
    entries_file,
    journals,
    leaves,
    leaves_file,
    manifest,
    seal_file,
    sums,
)
from services.cli.audit.log.divergence import Differences
from services.ledger.decide.merkle import leaf_hash, root_of_leaves
from services.ledger.decide.period import span_of
from services.ledger.decide.seal import Closed

BESIDE = (MANIFEST, "seals", "entries", "proofs", "journal")
"""What ``claims archive`` writes beside the logs: where there is one of them, all that belongs to it must be there."""


def check_files(directory: Path, seals: Mapping[str, Closed], found: Differences) -> None:
    """Hold every file beside the logs against the seals that stand in the ledger's log, by period.

    A directory that holds nothing but logs has none to be checked.
    """
    if not any((directory / name).exists() for name in BESIDE):
        return
    there = sums(directory)
    _listed(directory, there, found)
    journal = {Path(name).stem for name in there if name.startswith("journal/")}
    periods = sorted({Path(name).stem for name in there if name.startswith("seals/")} | journal)
    _complete(there, {one for period in periods for one in _parts(period, seals)}, found)
    for period in periods:
        closed = seals.get(period)
        if isinstance(closed, DayClosed):
            _day(directory, there, closed, found)
    for period in sorted(journal & seals.keys()):
        days = [seals[day] for day in _days(period, seals)]
        _journals(directory, there, period, [one for one in days if isinstance(one, DayClosed)], found)


def _listed(directory: Path, there: Mapping[str, str], found: Differences) -> None:
    """Compare the manifest, file by file."""
    try:
        text = (directory / MANIFEST).read_text()
    except (OSError, ValueError) as error:
        found.expect(MANIFEST, "the list of all files", "readable", type(error).__name__)
        return
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in text.splitlines())}
    for name in sorted(there.keys() | listed.keys()):
        found.expect(name, f"SHA-256 of the file in the {MANIFEST}", there.get(name), listed.get(name))
    if listed == there:
        found.expect(MANIFEST, "the list of all files, once each and in order", manifest(there), text)


def _complete(there: Mapping[str, str], periods: Iterable[str], found: Differences) -> None:
    """Tell what is missing of the periods that the archive holds something of."""
    for period in sorted(periods):
        names = [seal_file(period)]
        if len(period) == 10:
            names += [entries_file(period), leaves_file(period)]
        for name in names:
            found.expect(name, "the file", "in the archive", "in the archive" if name in there else "missing")


def _parts(period: str, seals: Mapping[str, Closed]) -> Iterator[str]:
    """Give a period, its days and, of a year, its months, as far as they are sealed."""
    yield period
    if isinstance(seals.get(period), MonthClosed | YearClosed):
        yield from _days(period, seals)
        yield from (one for one in sorted(seals) if len(one) == 7 and one.startswith(period))


def _days(period: str, seals: Mapping[str, Closed]) -> list[str]:
    if len(period) == 10:
        return [period]
    _, begins, ends = span_of(period)
    return [one for one in sorted(seals) if len(one) == 10 and f"{begins}" <= one <= f"{ends}"]


def _day(directory: Path, there: Mapping[str, str], closed: DayClosed, found: Differences) -> None:
    """Compare a day's entries with the root of its seal, and the leaves with the entries."""
    entries, proofs = entries_file(f"{closed.day}"), leaves_file(f"{closed.day}")
    if entries not in there:
        return
    data = (directory / entries).read_bytes()
    *lines, rest = data.split(b"\n")
    root = root_of_leaves([leaf_hash(line) for line in lines]).hex()
    found.expect(entries, "root over the entries, one a line", (closed.root, b""), (root, rest))
    if proofs in there:
        expected = hashlib.sha256(leaves(lines)).hexdigest()
        found.expect(proofs, "SHA-256 of the leaves of the entries", expected, there[proofs])


def _journals(
    directory: Path, there: Mapping[str, str], period: str, days: list[DayClosed], found: Differences
) -> None:
    """Write the journals again and compare."""
    try:
        written = {name: _sum(parts) for name, parts in journals(directory, period, days).items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        # what is wrong with the entries is named beside them
        written = dict.fromkeys((f"journal/{period}.{name}" for name in WRITERS), f"{type(error).__name__}: {error}")
    for name, digest in written.items():
        found.expect(name, "SHA-256 of the journal, written again", digest, there.get(name))


def _sum(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
