"""What stands in the logs after the last sealed day: no seal covers it, and of an archive not all of it is judged.

An archive holds rows of the sources after its last day only where earlier ones rest upon them, and much that they rest
upon themselves it does not hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from contracts.closing import DayClosed
from contracts.envelope import SHARDS
from contracts.topics import Service
from services.cli.audit.log.divergence import Differences
from services.cli.audit.log.published import Ends
from services.cli.audit.log.source import CHUNK, Archive, LogSource
from services.cli.extent import sources
from services.ledger.decide.gate import SOURCES

UNJUDGED: Service = "adjudication"
"""Of its rows after the end of an archive only the chain is checked."""

Counts = Mapping[tuple[Service, int], int]


class Beyond(NamedTuple):
    """How many rows of a shard stand after the last sealed day, and whether they were judged as all others."""

    service: Service
    shard: int
    rows: int
    judged: bool


def beyond(source: LogSource, last: DayClosed | None, ends: Ends) -> list[Beyond]:
    """Count the rows of every shard of the sources after the day that was sealed last.

    ``ends`` is where an archive ends; empty where the logs are whole.
    """
    cut: Counts = {(one.source, one.shard): one.seq for one in last.cut} if last else {}
    after = [
        Beyond(service, shard, rows - cut.get((service, shard), 0), judged=not ends or service != UNJUDGED)
        for (service, shard), rows in _counts(source).items()
    ]
    return [one for one in after if one.rows > 0]


def check_extent(source: LogSource, last: DayClosed, after: Sequence[Beyond], found: Differences) -> None:
    """Tell of rows in an archive upon which nothing that is sealed rests: they hide behind its end from judgement."""
    if not after:
        return

    def read(service: Service, shard: int, start: int) -> Iterator[bytes]:
        return islice(source.lines(service, shard), start, None)

    try:
        needed = {(service, shard): sum(1 for _ in lines) for service, shard, lines in sources(read, f"{last.day}")}
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # what cannot be read is named by the check of its chain
    for service, shard, _, _ in after:
        what = f"rows that the sealed days up to {last.day} rest upon, and no more"
        found.expect(f"{service}/{shard}", what, needed[service, shard], _count(source, service, shard))


def in_words(after: Sequence[Beyond]) -> Iterator[str]:
    """Say it, a service in a sentence, its shards by name."""
    for service in SOURCES:
        for judged in (True, False):
            own = [one for one in after if (one.service, one.judged) == (service, judged)]
            if own:
                verdict = "judged, but under no seal yet" if judged else "not judged: only their chain was checked"
                shards = ", ".join(f"{one.shard}: {one.rows:,}" for one in own)
                total = sum(one.rows for one in own)
                yield f"{service}: {total:,} rows after the last sealed day were {verdict} (by shard {shards})"


def _counts(source: LogSource) -> Counts:
    places = ((service, shard) for service in SOURCES for shard in range(SHARDS))
    return {(service, shard): _count(source, service, shard) for service, shard in places}


def _count(source: LogSource, service: Service, shard: int) -> int:
    """Count the rows of a shard; of a file its ends of lines, which is many times as fast."""
    if not isinstance(source, Archive):
        return sum(1 for _ in source.lines(service, shard))
    path = source.file(service, shard)
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(CHUNK), b""))
