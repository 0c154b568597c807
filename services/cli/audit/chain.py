"""Every row of a shard must continue the row before it and carry the hash of its own bytes."""

from collections.abc import Iterable, Iterator

from contracts.envelope import GENESIS, Event, shard_of
from contracts.topics import Service
from services.cli.audit.divergence import Differences, Divergence


def read_chain(service: Service, shard: int, lines: Iterable[bytes], found: Differences) -> Iterator[Event]:
    """Read a shard's lines in order and check each against its neighbours and itself.

    Yields every row that can be read, also after a break, so that one edited byte does not hide the rest.
    """
    seq, prev = 0, GENESIS
    for line in lines:
        where = f"{service}/{shard}/{seq + 1}"
        try:
            event = Event.from_line(line)
        except (ValueError, KeyError, TypeError) as error:
            found.add(
                Divergence(where, "the line cannot be read", "a canonical line", f"{type(error).__name__}: {error}")
            )
            seq += 1
            continue
        _check(where, event, shard, seq, prev, line, found)
        seq, prev = event.seq, event.hash
        yield event


def _check(where: str, event: Event, shard: int, seq: int, prev: bytes, line: bytes, found: Differences) -> None:
    found.expect(where, "number of the row", seq + 1, event.seq)
    found.expect(where, "shard of the row", shard, event.shard)
    found.expect(where, "hash of the row before", prev, event.prev)
    found.expect(where, "hash of the row", event.digest(), event.hash)
    if event.line() != line.rstrip(b"\n"):
        found.add(Divergence(where, "the line is not canonical", "canonical bytes", "other bytes of the same content"))
    if event.kind != "DayEnded":
        found.expect(where, "shard of the stream", shard_of(event.stream), event.shard)
