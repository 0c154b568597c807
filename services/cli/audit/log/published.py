"""What the logs publish: rule packs, rules of intake and supervision, agreements, charts; all that a replay needs."""

import hashlib
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import orjson

from contracts.catalogue import KINDS
from contracts.claims import PackPublished, ProviderChanged
from contracts.closing import STREAM, DayClosed
from contracts.envelope import SHARDS, shard_of
from contracts.ledger import ChartPublished
from contracts.parked import EventGivenUp, GivenUp
from contracts.topics import Service
from services.adjudication.decide.intake import IntakeRules
from services.adjudication.decide.pack import Pack, parse_pack
from services.adjudication.decide.sampling import Lot
from services.adjudication.decide.supervision import SupervisionRules
from services.adjudication.decide.supervision.grounds import Grounds, grounds_of
from services.adjudication.model import GROUNDS, INTAKE, SAMPLING, SUPERVISION, Terms
from services.cli.audit.log.divergence import Differences, Divergence, Place
from services.cli.audit.log.source import Archive, LogSource
from services.ledger.decide.chart import chart_of
from services.ledger.decide.charts import Charts, charts_of

PUBLISHING: Mapping[Service, tuple[str, ...]] = {
    "adjudication": (PackPublished.KIND, ProviderChanged.KIND, EventGivenUp.KIND),
    "ledger": (ChartPublished.KIND, EventGivenUp.KIND),
}

Ends = Mapping[tuple[str, int], int]
"""The last number, in each shard of the sources, of what an archive was made for; nothing where logs are whole."""


class Said(NamedTuple):
    """One thing that was published: where, what kind of event, on which day, and the body as the log has it."""

    place: Place
    kind: str
    version: int
    day: date
    body: bytes


@dataclass
class Rules:
    """What decides, by hash: packs, rules of intake and supervision, grounds, seeds; and agreements, and charts."""

    packs: dict[str, Pack] = field(default_factory=dict)
    intake: dict[str, IntakeRules] = field(default_factory=dict)
    supervision: dict[str, SupervisionRules] = field(default_factory=dict)
    grounds: dict[str, Grounds] = field(default_factory=dict)
    lots: dict[str, Lot] = field(default_factory=dict)
    providers: dict[str, list[Terms]] = field(default_factory=dict)
    charts: Charts = field(default_factory=lambda: Charts(()))
    reminding: dict[tuple[str, str], IntakeRules] = field(default_factory=dict)
    """Rules of intake with the reminders of rules of supervision, as decisions asked for them."""
    given_up: dict[Service, dict[Place, GivenUp]] = field(default_factory=lambda: {"adjudication": {}, "ledger": {}})
    """What these services never took in, by the row in its own log."""
    ends: Ends = field(default_factory=dict)

    def intake_of(self, intake: str, supervision: str | None) -> IntakeRules:
        """Give rules of intake with the reminders of supervision that a decision names. Raises ``KeyError``."""
        if supervision is None:
            return self.intake[intake]
        key = intake, supervision
        if key not in self.reminding:
            self.reminding[key] = self.intake[intake].reminding(self.supervision[supervision])
        return self.reminding[key]


def publications(source: LogSource) -> Iterator[Said]:
    """Look all shards through for what was published; what cannot be read is left to the check of its chain."""
    for service, kinds in PUBLISHING.items():
        marked = re.compile(f'"kind":"(?:{"|".join(kinds)})"'.encode()).search
        for shard in range(SHARDS):
            for line in source.lines(service, shard):
                if marked(line):
                    yield from _said(service, kinds, line)
    yield from _last_seal(source)


def _last_seal(source: LogSource) -> Iterator[Said]:
    """Give the seal with which an archive ends; logs that are whole end with none."""
    if isinstance(source, Archive) and source.ends_with_a_seal():
        marked = f'"kind":"{DayClosed.KIND}"'.encode()
        last = deque((line for line in source.lines("ledger", shard_of(STREAM)) if marked in line), maxlen=1)
        for line in last:
            yield from _said("ledger", (DayClosed.KIND,), line)


def _said(service: Service, kinds: Sequence[str], line: bytes) -> Iterator[Said]:
    try:
        row = orjson.loads(line)
        if row["kind"] in kinds:
            place = Place(service, int(row["shard"]), int(row["seq"]))
            day = date.fromisoformat(row["business_date"])
            yield Said(place, row["kind"], row["version"], day, orjson.dumps(row["body"]))
    except (ValueError, KeyError, TypeError):
        return


def rules_of(said: Sequence[Said], found: Differences) -> Rules:
    """Compile what was published; what cannot be read, or has another hash than it says, is a difference.

    The first chart is in force from ever, a later one from the day after it was published.
    """
    rules = Rules()
    charts: list[tuple[date, str]] = []
    for one in said:
        try:
            body = KINDS[one.kind, one.version].model_validate_json(one.body)
            if isinstance(body, PackPublished):
                _hashed(one, body.content, body.pack_id, found)
                _publish(body, rules)
            elif isinstance(body, ProviderChanged):
                terms = Terms(body.since, body.level, body.area, body.agreement)
                rules.providers.setdefault(body.provider, []).append(terms)
            elif isinstance(body, EventGivenUp):
                what = body.given_up
                rules.given_up[one.place.service][Place(what.source, what.shard, what.seq)] = what
            elif isinstance(body, ChartPublished):
                _hashed(one, body.content, body.chart_id, found)
                if chart_of(body.content).content not in [content for _, content in charts]:
                    charts.append((one.day if charts else date.min, body.content))
            elif isinstance(body, DayClosed):
                rules.ends = {(cut.source, cut.shard): cut.seq for cut in body.cut}
        except (ValueError, KeyError, TypeError) as error:
            found.add(Divergence(one.place, f"the {one.kind} cannot be read", "a body of its kind", str(error)))
    if not charts:
        found.add(Divergence("ledger", "charts of accounts", "at least one published", "none"))
    rules.charts = charts_of(charts)
    return rules


def _hashed(one: Said, content: str, stated: str, found: Differences) -> None:
    found.expect(one.place, "hash of the content", hashlib.sha256(content.encode()).hexdigest(), stated)


def _publish(body: PackPublished, rules: Rules) -> None:
    content = body.content.encode()
    if body.pack == INTAKE:
        rules.intake[body.pack_id] = IntakeRules.of(content)
    elif body.pack == SUPERVISION:
        rules.supervision[body.pack_id] = SupervisionRules.of(content)
    elif body.pack == GROUNDS:
        rules.grounds[body.pack_id] = grounds_of(content)
    elif body.pack == SAMPLING:
        rules.lots[body.pack_id] = Lot.of(body.content)
    else:
        rules.packs[body.pack_id] = parse_pack(content)
