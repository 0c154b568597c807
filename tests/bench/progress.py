"""What a measurement says while it runs: one line a stage, on the error output."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    """Tell whoever watches."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


class Clock:
    """Seconds of a block: by the wall, and of this process's own work."""

    def __init__(self) -> None:
        self.wall = 0.0
        self.work = 0.0


@contextmanager
def clock(running: Clock | None = None) -> Iterator[Clock]:
    """Take the time of a block, added to ``running`` where it is given."""
    taken = running or Clock()
    wall, work = time.perf_counter(), time.process_time()
    yield taken
    taken.wall += time.perf_counter() - wall
    taken.work += time.process_time() - work
