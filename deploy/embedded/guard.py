"""The small process that stands beside each server and stops it when the one who started it is gone.

Its standard input is a pipe from the starter. When that closes (a clean stop, Ctrl-C, kill -9 of the starter)
the server gets its own stop signal, and after the grace period SIGKILL. So no server outlives its starter.
It is a plain script: `guard.py SIGNAL GRACE_SECONDS USER COMMAND...`, where USER may be empty.
"""

import os
import pwd
import signal
import subprocess
import sys
import threading


def guard(command: list[str], stop_signal: signal.Signals, grace: float, user: str) -> int:
    """Run `command` until it ends or standard input closes; return its exit status."""
    identity = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, **identity)  # type: ignore[call-overload]  # noqa: S603

    def end() -> None:
        child.send_signal(stop_signal)
        try:
            child.wait(grace)
        except subprocess.TimeoutExpired:
            child.kill()

    def watch() -> None:
        sys.stdin.buffer.read()
        end()

    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=end).start())
    threading.Thread(target=watch, daemon=True).start()
    return int(child.wait())


if __name__ == "__main__":
    name, seconds, as_user, *rest = sys.argv[1:]
    # not sys.exit: a thread still waits on standard input
    os._exit(abs(guard(rest, signal.Signals[name], float(seconds), as_user)))
