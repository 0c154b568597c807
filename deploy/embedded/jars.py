"""The Java archives of Apache Kafka, fetched once by their Maven coordinates and checked against `jars.lock`.

`python -m deploy.embedded.jars` writes the lock anew after `ROOTS` was changed.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import requests
from jgo.maven import MavenContext
from rich.console import Console
from rich.progress import Progress

from deploy.embedded.errors import EmbeddedError
from deploy.embedded.places import cache

ROOTS = ("org.apache.kafka:kafka_2.13:4.3.1", "org.slf4j:slf4j-simple:1.7.36")
LOCK = Path(__file__).with_name("jars.lock")
ATTEMPTS = 3
TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Jar:
    """One archive: its Maven coordinate `group:artifact:version` and the SHA-256 of its bytes."""

    coordinate: str
    sha256: str

    @property
    def name(self) -> str:
        """The file name in the cache; it holds the digest, so a file that is there is the right one."""
        return f"{self.coordinate.replace(':', '_')}-{self.sha256[:12]}.jar"


def locked() -> list[Jar]:
    """Read the archives that a broker is made of."""
    return [Jar(*line.split()) for line in LOCK.read_text().splitlines()]


def fetch(console: Console) -> Path:
    """Return the directory of all locked archives, downloading with a progress bar what the cache lacks.

    Raises EmbeddedError when the registry cannot be reached or sends other bytes than the lock says.
    """
    place = cache() / "jars"
    place.mkdir(exist_ok=True)
    missing = [jar for jar in locked() if not (place / jar.name).exists()]
    if missing:
        with tempfile.TemporaryDirectory(dir=place) as scratch, Progress(console=console) as progress:
            task = progress.add_task("Apache Kafka (first run only)", total=len(missing))
            for found in _downloads(missing, Path(scratch)):
                found.rename(place / found.name)
                progress.advance(task)
    return place


def _downloads(missing: list[Jar], scratch: Path) -> Iterator[Path]:
    pool = ThreadPoolExecutor(8)
    try:
        yield from pool.map(lambda jar: _download(jar, scratch), missing)
    finally:
        # after a failure, or Ctrl-C, nobody waits for the others
        pool.shutdown(cancel_futures=True)


def _download(jar: Jar, scratch: Path) -> Path:
    for attempt in range(ATTEMPTS):
        context = MavenContext(repo_cache=scratch / f"{attempt}", timeout=TIMEOUT_SECONDS)
        try:
            file = context.create_dependency(jar.coordinate).artifact.resolve()
        except (requests.RequestException, RuntimeError):
            continue
        if _digest(file) != jar.sha256:
            raise EmbeddedError(f"The Maven registry sent other bytes for {jar.coordinate} than are locked.")
        return Path(shutil.move(file, scratch / jar.name))
    raise EmbeddedError(
        f"Apache Kafka could not be downloaded ({jar.coordinate}): the Maven registry cannot be reached. "
        "The first run needs the network; later runs do not."
    )


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def lock(roots: Iterable[str] = ROOTS) -> None:
    """Resolve `roots` with everything that they need at run time and write `jars.lock`."""
    with tempfile.TemporaryDirectory() as scratch:
        context = MavenContext(repo_cache=Path(scratch), timeout=TIMEOUT_SECONDS)
        inputs, transitive = context.resolver.resolve([context.create_dependency(root) for root in roots])
        needed = inputs + [found for found in transitive if found.scope in ("compile", "runtime")]
        lines = [
            f"{found.groupId}:{found.artifactId}:{found.version} {_digest(found.artifact.resolve())}\n"
            for found in needed
        ]
    LOCK.write_text("".join(sorted(lines)))


if __name__ == "__main__":
    lock()
