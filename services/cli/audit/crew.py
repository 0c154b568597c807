"""Several processes walk through the logs at once, each through other shards; what they see is the same as with one."""

import gc
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import NamedTuple, Protocol

from contracts.envelope import SHARDS
from services.cli.audit.log.divergence import Differences
from services.cli.audit.log.published import Rules, Said, publications, rules_of
from services.cli.audit.log.source import Archive, LogSource
from services.cli.audit.walk import Walk, Walked, Way

WORTH_BYTES = 16_000_000
"""Less than this is read before a second process has started."""

WAYS = tuple(Way(through, shard) for through in ("people", "payment", "ledger") for shard in range(SHARDS))
"""Everything that is to be walked: the four logs, whole, once."""

Seen = dict[Way, Walked]


class Told(Protocol):
    """Told what is being done, how much of it is done, and how much there is."""

    def __call__(self, what: str, done: int, total: int, /) -> None:
        """Take note."""
        ...


def walk_all(source: LogSource, watch: Told, processes: int | None, found: Differences) -> list[Walked]:
    """Walk every way under the rules that the logs publish; the results are in the order of ``WAYS``.

    ``found`` takes what is wrong with the rules themselves.
    """
    seen: Seen = {}
    done: set[Way] = set()

    def take(news: Way | Seen) -> None:
        if isinstance(news, dict):
            seen.update(news)
        done.update(news if isinstance(news, dict) else (news,))
        watch("checking every row, decision and entry again", len(done), len(WAYS))

    with uncollected(), _helpers(source, _others(source, processes)) as crew:
        said = list(publications(source))
        rules = rules_of(said, found)
        crew.tell(said)
        for way in crew.untaken():
            take({way: Walk(source, way, rules).go()})
            for news in crew.heard(wait=False):
                take(news)
        for news in crew.heard(wait=True):
            take(news)
        for way in WAYS:
            if way not in seen:  # whoever took it is no more
                take({way: Walk(source, way, rules).go()})
    return [seen[way] for way in WAYS]


def _others(source: LogSource, processes: int | None) -> int:
    if processes is None:
        worth = isinstance(source, Archive) and source.size() >= WORTH_BYTES
        processes = os.cpu_count() or 1 if worth else 1
    return processes - 1


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


class _Helper(NamedTuple):
    """A process that walks as well, and the line to it."""

    process: BaseProcess
    line: Connection


class _Crew:
    """Who walks. The ways lie in a pipe, a byte each, and everybody takes the next one when ready for it."""

    def __init__(self, ways: Connection) -> None:
        self.helpers: list[_Helper] = []
        self._ways = ways

    def untaken(self) -> Iterator[Way]:
        """Take ways until there are no more."""
        return _untaken(self._ways)

    def tell(self, said: Sequence[Said]) -> None:
        """Tell the helpers what is published: they begin."""
        for helper in self.helpers:
            with suppress(OSError):
                helper.line.send(said)

    def heard(self, *, wait: bool) -> Iterator[Way | Seen]:
        """Give what the helpers say, until now or until their end: each way they walked, then all that they saw."""
        for _, line in self.helpers:
            with suppress(OSError, EOFError):  # the line of one that is no more
                news = None
                while not isinstance(news, dict) and (wait or line.poll()):
                    news = line.recv()
                    yield news


@contextmanager
def _helpers(source: LogSource, number: int) -> Iterator[_Crew]:
    """Start the helpers; they load what they need while the first process reads the publications."""
    context = multiprocessing.get_context("spawn")
    taken, laid = context.Pipe(duplex=False)
    os.write(laid.fileno(), bytes(range(len(WAYS))))
    laid.close()
    crew = _Crew(taken)
    try:
        with suppress(OSError):  # where no second process can live, one goes on alone
            for _ in range(number):
                ours, theirs = context.Pipe()
                process = context.Process(target=_help, args=(source, taken, theirs), daemon=True)
                process.start()
                theirs.close()
                crew.helpers.append(_Helper(process, ours))
        yield crew
    finally:
        for helper in crew.helpers:
            helper.line.close()
            helper.process.terminate()  # it has told all, or nobody wants to know
            helper.process.join()
        taken.close()


def _help(source: LogSource, ways: Connection, line: Connection) -> None:
    """Walk, and say so way by way; what was seen is told at the end, so that nobody waits for who listens."""
    gc.disable()
    seen: Seen = {}
    with suppress(OSError, EOFError):  # nobody listens any more
        rules: Rules = rules_of(line.recv(), Differences())
        for way in _untaken(ways):
            seen[way] = Walk(source, way, rules).go()
            line.send(way)
        line.send(seen)


def _untaken(ways: Connection) -> Iterator[Way]:
    while taken := os.read(ways.fileno(), 1):
        yield WAYS[taken[0]]
