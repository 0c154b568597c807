"""Where the embedded stack keeps its things: caches, ports and passwords, on whatever machine it meets."""

import os
import secrets
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from deploy.embedded.errors import EmbeddedError

APPLICATION = "claims-ledger"
# below the range that systems hand out to outgoing connections, so nobody takes a port between choice and use
PORTS = range(20_000, 32_000)


def cache() -> Path:
    """Return a directory of this user that outlives the run, made when absent.

    `$XDG_CACHE_HOME`, else `~/.cache`, else the temporary directory: HOME may be empty or unwritable.
    """
    home = os.environ.get("HOME", "")
    wished = [os.environ.get("XDG_CACHE_HOME", ""), f"{home}/.cache" if home else ""]
    candidates = [Path(place) / APPLICATION for place in wished if place.startswith("/")]
    candidates.append(Path(tempfile.gettempdir()) / f"{APPLICATION}-{os.getuid()}")
    return first_usable(candidates, mode=0o700)


def public() -> Path:
    """Return a directory of root that every user of the machine can traverse, made when absent."""
    temporary = Path(tempfile.gettempdir()) / f"{APPLICATION}-shared"
    return first_usable([Path("/var/lib") / APPLICATION, temporary], mode=0o755)


def first_usable(candidates: list[Path], *, mode: int) -> Path:
    """Return the first of `candidates` that is ours alone to write. Raises EmbeddedError if none is."""
    for place in candidates:
        try:
            place.mkdir(mode=mode, parents=True, exist_ok=True)
        except OSError:
            continue
        found = place.stat()
        # a directory in a shared place may have been laid there by somebody else
        if found.st_uid == os.getuid() and not found.st_mode & 0o022 and os.access(place, os.W_OK):
            return place
    raise EmbeddedError(
        f"No directory can be written for the embedded stack (tried {', '.join(map(str, candidates))}); "
        "set XDG_CACHE_HOME to one that can."
    )


def everyone_reaches(path: Path) -> bool:
    """Say whether every user of the machine can traverse the directories that lead to `path`, and `path`."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


def free_port() -> int:
    """Return a TCP port that nothing listens on now, on the loopback address."""
    for _ in range(1_000):
        port = secrets.choice(PORTS)
        if port_is_free(port):
            return port
    raise EmbeddedError("No free port was found on the loopback address.")


def port_is_free(port: int) -> bool:
    """Say whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def kept_port(file: Path) -> int:
    """Return the port that `file` remembers, or another when somebody took it meanwhile."""
    if file.exists() and not port_is_free(int(file.read_text())):
        file.unlink()
    return int(remembered(file, lambda: str(free_port())))


def remembered(file: Path, choose: Callable[[], str]) -> str:
    """Return the text of `file`, choosing and writing it the first time; only its owner may read it."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(choose())
        draft.replace(file)
    return file.read_text()
