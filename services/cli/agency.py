"""A whole agency on one machine: PostgreSQL, Kafka and the four services, started, watched, stopped."""

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.request import urlopen

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from rich.console import Console

from contracts.topics import SERVICES, Service
from deploy.databases import Database
from deploy.embedded import EmbeddedError, Stack, stack
from deploy.embedded.places import free_port
from deploy.embedded.server import Server
from deploy.provision import provision
from services.chassis.keys import DEVELOPMENT_SEAL
from services.chassis.tokens import Issuer

WATCH_SECONDS = 0.2
DEFAULT_STATE = Path(".state")


@dataclass
class Agency:
    """The running services: where they listen, how to speak to them, and how to hurt them (for tests)."""

    state: Path
    stack: Stack
    databases: dict[Service, Database]
    issuer: Issuer
    ports: dict[Service, int]
    first_day: date
    restarts: int = 0
    _servers: dict[Service, Server] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _watcher: threading.Thread | None = None

    def url(self, service: Service) -> str:
        """Give the base URL of a service."""
        return f"http://127.0.0.1:{self.ports[service]}"

    @property
    def urls(self) -> dict[Service, str]:
        """The base URLs of all services."""
        return {service: self.url(service) for service in SERVICES}

    @property
    def seal_keys(self) -> Path:
        """The public keys that seals are checked with."""
        return self.state / "keys" / "seal.pub.pem"

    def start(self) -> None:
        """Start the services together and return when each is ready."""
        for service in SERVICES:
            self._servers[service] = self._server(service)
        _together(server.start for server in self._servers.values())
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Stop the services, each after what it is doing."""
        self._stopping.set()
        if self._watcher:
            self._watcher.join()
        _together(server.stop for server in self._servers.values())

    def kill(self, service: Service) -> None:
        """Kill a service as a power cut would (SIGKILL); the watcher starts it again."""
        self._servers[service].kill()

    def _watch(self) -> None:
        while not self._stopping.wait(WATCH_SECONDS):
            for server in self._servers.values():
                if server.ended() and not self._stopping.is_set():
                    self.restarts += 1
                    self._restart(server)

    def _restart(self, server: Server) -> None:
        """Start a service again, however often that fails: its log says why."""
        server.stop()
        while not self._stopping.is_set():
            with suppress(EmbeddedError):
                server.start()
                break

    def _server(self, service: Service) -> Server:
        logs = self.state / "logs"
        logs.mkdir(exist_ok=True)
        return Server(
            name=f"the {service} service",
            command=[sys.executable, "-m", f"services.{service}"],
            log=logs / f"{service}.log",
            stop_signal="SIGTERM",
            ready=lambda: _ready(self.url(service)),
            environment=self.environment(service),
        )

    def environment(self, service: Service) -> dict[str, str]:
        """Give the environment by which a service, or a command about it, is told everything."""
        keys = self.state / "keys"
        token = keys / f"{service}.token"
        token.write_text(self.issuer.token(f"service:{service}", ["service"]))
        database = self.databases[service]
        environment = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
            "CLAIMS_ENVIRONMENT": "development",
            "CLAIMS_SERVICE": service,
            "CLAIMS_DATABASE_URL": database.url,
            "CLAIMS_MIGRATION_URL": database.migration_url,
            "CLAIMS_KAFKA": self.stack.kafka,
            "CLAIMS_HTTP_PORT": str(self.ports[service]),
            "CLAIMS_JWKS_FILE": str(self.issuer.jwks_file),
            "CLAIMS_SERVICE_TOKEN_FILE": str(token),
            "CLAIMS_FEEDS": json.dumps(self.urls),
            "CLAIMS_FIRST_BUSINESS_DAY": self.first_day.isoformat(),
        }
        if service == "ledger":
            environment["CLAIMS_SIGNING_KEY_FILE"] = str(keys / "seal.pem")
        return environment


@contextmanager
def agency(state: Path, first_day: date, console: Console, ports: dict[Service, int] | None = None) -> Iterator[Agency]:
    """Run a whole agency on the data of ``state`` until the block ends.

    Raises ``EmbeddedError`` with one sentence when something is missing.
    """
    with stack(state, console) as running:
        keys = running.state / "keys"
        keys.mkdir(mode=0o700, exist_ok=True)
        databases = asyncio.run(provision(running.admin_dsn, running.kafka, running.postgres.password))
        issuer = Issuer.open(keys)
        make_seal_key(keys / "seal.pem", keys / "seal.pub.pem")
        made = Agency(
            running.state, running, databases, issuer, ports or {name: free_port() for name in SERVICES}, first_day
        )
        try:
            made.start()
            yield made
        finally:
            made.stop()


def make_seal_key(private: Path, public: Path) -> None:
    """Draw the development key that seals are signed with, the first time."""
    if private.exists():
        return
    key = Ed25519PrivateKey.generate()
    private.touch(mode=0o600)
    private.write_bytes(DEVELOPMENT_SEAL + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _together(calls: Iterable[Callable[[], None]]) -> None:
    """Make the calls at the same time; raises what the first failing one raised, after all have ended."""
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result()


def _ready(url: str) -> None:
    """Return when a service is ready. Raises ``OSError`` while it is not."""
    # httpx would read the certificate authorities each time, which takes as long as the service's start
    urlopen(f"{url}/readyz", timeout=2).close()  # noqa: S310 - our own service
