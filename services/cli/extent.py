"""How far the sources' logs go in an archive: to the last day's end, and on to what the rows before it rest upon.

The end of a day runs down the services shard by shard. So adjudication may decide on a day what it decides from a row
of enrollment's next day, payment may pay on a day what was decided on the next one, and what adjudication could not
take in of a day is given up later, before the day is sealed. Rows after the end stand in an archive for these alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import orjson

from contracts.claims import Adjudicated
from contracts.days import DayEnded
from contracts.envelope import SHARDS, shard_of
from contracts.parked import EventGivenUp
from contracts.payments import PaymentBatched
from contracts.topics import Service

Read = Callable[[Service, int, int], Iterator[bytes]]
"""Gives the lines of a service's shard that come after a number."""

Row = Mapping[str, Any]


def sources(read: Read, day: str) -> Iterator[tuple[Service, int, Iterator[bytes]]]:
    """Give every shard of the three sources with its lines; each is to be read whole before the next one is asked for.

    It is the same whenever it is read once ``day``, the last one (YYYY-MM-DD), is sealed.
    """
    extent = _Extent(read, day)
    for shard in range(SHARDS):
        yield "payment", shard, extent.payment(shard)
    for shard in range(SHARDS):
        yield "adjudication", shard, extent.adjudication(shard)
        yield "enrollment", shard, extent.enrollment(shard)


class _Extent:
    """What the rows up to the end of the last day rest upon, as far as they are read."""

    def __init__(self, read: Read, day: str) -> None:
        self._read = read
        self._day = day
        self._ordered: defaultdict[int, set[str]] = defaultdict(set)
        self._seen: defaultdict[int, int] = defaultdict(int)

    def payment(self, shard: int) -> Iterator[bytes]:
        """Give the rows up to the end; what is paid on the last day may have been decided after it."""
        for row, line in self._until("payment", shard):
            if row["kind"] == PaymentBatched.KIND and row["business_date"] == self._day:
                for paid in row["body"]["lines"]:
                    if decision := paid.get("decision"):
                        self._ordered[shard_of(paid["person"])].add(decision)
            yield line

    def adjudication(self, shard: int) -> Iterator[bytes]:
        """Give the rows up to the end, and on to the last that is paid or that gives up a row of enrollment."""
        last, is_parked = 0, False
        for row, line in self._until("adjudication", shard):
            last = row["seq"]
            self._ordered[shard].discard(row["id"])
            if row["kind"] == Adjudicated.KIND:
                self._seen[shard] = max(self._seen[shard], row["body"]["seen"])
            if row["kind"] == DayEnded.KIND:
                is_parked = row["body"].get("parked", 0) > 0
            yield line
        reach = self._reach(shard, last, is_parked=is_parked)
        yield from islice(self._read("adjudication", shard, last), reach - last)

    def enrollment(self, shard: int) -> Iterator[bytes]:
        """Give the rows up to the end, and on to the last that a decision has seen."""
        last = 0
        for row, line in self._until("enrollment", shard):
            last = row["seq"]
            yield line
        yield from islice(self._read("enrollment", shard, last), max(0, self._seen[shard] - last))

    def _until(self, service: Service, shard: int) -> Iterator[tuple[Row, bytes]]:
        for line in self._read(service, shard, 0):
            row = orjson.loads(line)
            if row["business_date"] > self._day:
                return
            yield row, line

    def _reach(self, shard: int, last: int, *, is_parked: bool) -> int:
        """Find the last row that is paid, or gives up what was parked when the day ended: before the seal all of it."""
        reach, paid = last, self._ordered[shard]
        if paid or is_parked:
            for line in self._read("adjudication", shard, last):
                row = orjson.loads(line)
                if row["id"] in paid or self._gives_up(shard, row):
                    reach = row["seq"]
                paid.discard(row["id"])
                if not paid and not is_parked:
                    break
        return reach

    def _gives_up(self, shard: int, row: Row) -> bool:
        """Tell whether a row gives up one of enrollment that the archive holds."""
        if row["kind"] != EventGivenUp.KIND:
            return False
        what = row["body"]["given_up"]
        is_held: bool = what["day"] <= self._day or what["seq"] <= self._seen[shard]
        return is_held and what["source"] == "enrollment"
