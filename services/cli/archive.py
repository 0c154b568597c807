"""归档: write a sealed day, month or year to files that prove themselves: logs, entries, seals, and plain journals."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice, takewhile
from pathlib import Path
from typing import Annotated, NamedTuple

import httpx
import orjson
import typer

from contracts.closing import STREAM, DayClosed
from contracts.envelope import SHARDS, shard_of
from contracts.topics import Service
from services.cli import fetch
from services.cli.archived import (
    MANIFEST,
    entries_file,
    journals,
    leaves,
    leaves_file,
    log_file,
    manifest,
    seal_file,
    sums,
)
from services.cli.extent import sources
from services.ledger.decide.period import span_of

PAGE = 5_000
CLOSINGS = {"DayClosed": "day", "MonthClosed": "month", "YearClosed": "year"}

Feeds = dict[Service, str]

app = typer.Typer(add_completion=False)


class Ends(NamedTuple):
    """Where an archive ends: the last sealed day, and where the ledger's own log stood when the period was sealed.

    ``own`` is the last number of each shard of it; ``None`` for a seal without heads, which only tells the moment.
    """

    day: str
    own: Mapping[int, int] | None
    moment: str


class Written(NamedTuple):
    """How many days were archived, and how many files the archive has."""

    days: int
    files: int


class OtherLogError(Exception):
    """The directory holds lines that are not those of the log."""


class NotSealedError(Exception):
    """The period has no seal, so that there is nothing to prove."""


@app.command()
def archive(
    period: Annotated[str, typer.Argument(help="A sealed day, 2017-03-01, month, 2017-03, or year, 2017.")],
    directory: Annotated[Path, typer.Argument(help="Where to write; later periods may be added to earlier ones.")],
    feeds: Annotated[str, typer.Option(envvar="CLAIMS_FEEDS", help="Where the services are, as JSON: name to URL.")],
    token: fetch.Token,
) -> None:
    """Write the four logs' canonical lines, the entries, the seals, and journals for Beancount and hledger."""
    _begin_and_end(period)
    urls = fetch.addresses(feeds)
    with fetch.client(token) as http:
        try:
            written = write(http, urls, period, directory)
        except (OtherLogError, NotSealedError) as refused:
            typer.echo(str(refused), err=True)
            raise typer.Exit(1) from None
    typer.echo(f"{directory}: {written.days} days of {period}, {written.files} files; see MANIFEST")


def write(http: httpx.Client, urls: Feeds, period: str, directory: Path) -> Written:
    """Write all of a sealed period. Raises ``NotSealedError``, ``OtherLogError``."""
    begins, ends = _begin_and_end(period)
    ledger = urls["ledger"]
    closed = _ends(http, ledger, period)
    seals = orjson.loads(fetch.get(http, f"{ledger}/days"))["sealed"]
    chosen = [seal["period"] for seal in seals if begins.isoformat() <= seal["period"] <= ends.isoformat()]
    if len(period) < 10:
        _period(http, ledger, period, directory)
    days = [_day(http, ledger, day, directory) for day in chosen]
    for name, journal in journals(directory, period, days).items():
        _keep(directory / name, journal)
    _keep_key(directory / "key.pem", fetch.get(http, f"{ledger}/keys"))
    for shard in range(SHARDS):
        _append(directory / log_file("ledger", shard), _own(_shard(http, ledger, shard), shard, closed))

    def read(service: Service, shard: int, after: int) -> Iterator[bytes]:
        return _shard(http, urls[service], shard, after)

    for service, shard, lines in sources(read, closed.day):
        _append(directory / log_file(service, shard), lines)
    files = sums(directory)
    _keep(directory / MANIFEST, (manifest(files).encode(),))
    return Written(len(chosen), len(files))


def _begin_and_end(period: str) -> tuple[date, date]:
    """Give the first and the last day of a period. Raises ``typer.BadParameter`` for what is none."""
    try:
        if len(period) == len("2017-03-01"):
            return (date.fromisoformat(period),) * 2
        if len(period) in (len("2017-03"), len("2017")):
            return span_of(period)[1:]
    except ValueError:
        pass
    raise typer.BadParameter(f"{period} is no day, month or year: 2017-03-01, 2017-03, 2017", param_hint="PERIOD")


def _period(http: httpx.Client, ledger: str, period: str, directory: Path) -> None:
    """Keep the seal of a month, or of a year and of all its months."""
    seal = fetch.get(http, f"{ledger}/periods/{period}")
    _keep(directory / seal_file(period), (seal,))
    for month in orjson.loads(seal).get("months", ()):
        _period(http, ledger, month["month"], directory)


def _day(http: httpx.Client, ledger: str, day: str, directory: Path) -> DayClosed:
    seal = fetch.get(http, f"{ledger}/days/{day}")
    entries = fetch.get(http, f"{ledger}/days/{day}/entries")
    _keep(directory / seal_file(day), (seal,))
    _keep(directory / entries_file(day), (entries,))
    _keep(directory / leaves_file(day), (leaves(entries.splitlines()),))
    return DayClosed.model_validate_json(seal)


def _ends(http: httpx.Client, ledger: str, period: str) -> Ends:
    """Find where the logs stood when the period was sealed. Raises ``NotSealedError``.

    A month may be sealed after days of the next one are: their seals are in the ledger's log by then, so the archive
    holds what they rest on as well.
    """
    day = ""
    for line in _shard(http, ledger, shard_of(STREAM)):
        row = orjson.loads(line)
        body, names = row["body"], CLOSINGS.get(row["kind"])
        if names == "day":
            day = body["day"]
        if names and body[names] == period:
            own = {head["shard"]: head["seq"] for head in body.get("heads", ())}
            return Ends(day, own | {row["shard"]: row["seq"]} if own else None, row["recorded_at"])
    raise NotSealedError(f"{period} is not sealed; only what is sealed is archived")


def _own(lines: Iterator[bytes], shard: int, ends: Ends) -> Iterator[bytes]:
    """Take the lines of a shard of the ledger's own log up to the seal."""
    if ends.own is not None:
        return islice(lines, ends.own[shard])
    return takewhile(lambda line: orjson.loads(line)["recorded_at"] <= ends.moment, lines)


def _shard(http: httpx.Client, url: str, shard: int, after: int = 0) -> Iterator[bytes]:
    while True:
        page = fetch.get(http, f"{url}/log/{shard}?after={after}&limit={PAGE}").splitlines()
        yield from page
        if len(page) < PAGE:
            return
        after += len(page)


def _append(path: Path, lines: Iterator[bytes]) -> None:
    """Bring a shard's file up to these lines. Raises ``OtherLogError`` where the two do not agree.

    A last line without its end was being written when somebody died: it is written again.
    """
    before = path.read_bytes() if path.exists() else b""
    whole = before[: before.rfind(b"\n") + 1]
    known = whole.splitlines()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.truncate(len(whole))
        for n, line in enumerate(lines):
            if n >= len(known):
                file.write(line + b"\n")
            elif known[n] != line:
                raise OtherLogError(f"{path}: line {n + 1} is not what the log says; archive into another directory")


def _keep(path: Path, parts: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.writelines(parts)


def _keep_key(path: Path, key: bytes) -> None:
    """Put a public key to those that are there: seals that an earlier key signed stay good."""
    known = path.read_bytes() if path.exists() else b""
    _keep(path, (known if key in known else known + key,))
