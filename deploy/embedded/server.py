"""One server program of the embedded stack: started behind its guard, waited for, stopped cleanly."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.embedded.errors import EmbeddedError

START_SECONDS = 240.0
GRACE_SECONDS = 15.0
GUARD = Path(__file__).with_name("guard.py")


@dataclass
class Server:
    """A program, how it is stopped, and how one sees that it answers.

    `ready` raises OSError while the server does not answer yet. `held` are file descriptors that stay open
    until the server has ended, whoever ends it.
    """

    name: str
    command: Sequence[str]
    log: Path
    stop_signal: str
    ready: Callable[[], None]
    user: str = ""
    environment: Mapping[str, str] | None = None
    held: tuple[int, ...] = ()
    _guard: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start the program and return when it answers. Raises EmbeddedError with the end of its log."""
        guard = [sys.executable, "-I", str(GUARD), self.stop_signal, str(GRACE_SECONDS), self.user]
        with self.log.open("ab") as log:
            self._guard = subprocess.Popen(  # noqa: S603 - our own guard and the server that we found
                [*guard, *self.command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self.environment,
                pass_fds=self.held,
                start_new_session=True,
            )
        self._wait_until_ready(self._guard)

    def _wait_until_ready(self, guard: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.ready()
            except OSError:
                if guard.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise EmbeddedError(f"{self.name} did not start; its log says:\n{self._tail()}") from None
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the program and return when it has ended; harmless when it does not run."""
        if self._guard is None:
            return
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        self._guard.wait()
        self._guard = None

    def ended(self) -> bool:
        """Tell whether a program that was started has ended by itself."""
        return self._guard is not None and self._guard.poll() is not None

    def kill(self) -> None:
        """End the program as a power cut would (SIGKILL), and return when it is gone."""
        if self._guard is not None:
            for program in psutil.Process(self._guard.pid).children():
                program.kill()
            self._guard.wait()

    def _tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
