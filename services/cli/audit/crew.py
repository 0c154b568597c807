"""Several processes walk through the logs at once, each through other shards; what they see is the same as with one."""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import Protocol

from contracts.envelope import SHARDS
from services.cli.audit.divergence import Differences
from services.cli.audit.published import Rules, Said, rules_of
from services.cli.audit.source import Archive, LogSource
from services.cli.audit.walk import Walk, Walked, Way

WORTH_BYTES = 16_000_000
"""Less than this is read before a second process has started."""

WAYS = tuple(Way(through, shard) for through in ("people", "payment", "ledger") for shard in range(SHARDS))
"""Everything that is to be walked: the four logs, whole, once."""


class Told(Protocol):
    """Told what is being done, how much of it is done, and how much there is."""

    def __call__(self, what: str, done: int, total: int, /) -> None:
        """Take note."""
        ...


def walk_all(source: LogSource, said: Sequence[Said], watch: Told, processes: int | None) -> list[Walked]:
    """Walk every way; the results are in the order of ``WAYS``, whoever was first."""
    seen: dict[Way, Walked] = {}

    def took(way: Way, walked: Walked) -> None:
        seen[way] = walked
        watch("checking every row, decision and entry again", len(seen), len(WAYS))

    if processes is None:
        worth = isinstance(source, Archive) and source.size() >= WORTH_BYTES
        processes = os.cpu_count() or 1 if worth else 1
    if processes > 1:
        with suppress(BrokenProcessPool):  # where no second process can live, one goes on alone
            _together(source, said, processes, took)
    with uncollected():
        rules = rules_of(said, Differences())
        for way in WAYS:
            if way not in seen:
                took(way, Walk(source, way, rules).go())
    return [seen[way] for way in WAYS]


def _together(source: LogSource, said: Sequence[Said], processes: int, took: Callable[[Way, Walked], None]) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin, (source, said)) as pool:
        ways = {pool.submit(_go, way): way for way in WAYS}
        for future in as_completed(ways):
            took(ways[future], future.result())


@contextmanager
def uncollected() -> Iterator[None]:
    """Let nobody look for rings of dead objects meanwhile: there are none, and among so many it takes long."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


class _Hand:
    """What a process of the crew works with; set once, when it begins."""

    source: LogSource
    rules: Rules


def _begin(source: LogSource, said: Sequence[Said]) -> None:
    gc.disable()
    _Hand.source = source
    _Hand.rules = rules_of(said, Differences())


def _go(way: Way) -> Walked:
    return Walk(_Hand.source, way, _Hand.rules).go()
