"""反事实月: decide every claim of the logs again under another rule pack, and say what the fund would have moved.

Each person's year is carried along: what the other pack gives for a claim counts for the claims that follow. Rules of
intake, reviews and clawbacks stay as they were; a decision that waits for people moves nothing.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from contracts.claims import Adjudicated
from contracts.envelope import SHARDS
from services.adjudication.decide.pack import Pack
from services.cli.audit.books.journal import joined
from services.cli.audit.claims.decisions import Decisions
from services.cli.audit.claims.dossier import Dossiers
from services.cli.audit.fund import Cell, Turned, statements
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences
from services.cli.audit.log.published import Rules, publications, rules_of
from services.cli.audit.log.source import LogSource
from services.cli.audit.walk import Walk, Way

LAYERS: tuple[Literal["basic", "supplement", "critical", "assistance"], ...]
LAYERS = ("basic", "supplement", "critical", "assistance")

Progress = Callable[[str, int, int], None]


class UnknownPackError(ValueError):
    """No decision in the logs was made under a pack of this name."""


class Movement(NamedTuple):
    """What a layer of the fund bears in a book and month: as it was decided, and under the other pack, fen."""

    before: int = 0
    after: int = 0


@dataclass
class Otherwise:
    """A counterfactual: how many claims come out otherwise, and what the fund would have moved."""

    pack: str
    pack_id: str
    claims: int = 0
    changed: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many claims go from one outcome to another."""
    movements: dict[tuple[str, str, str], Movement] = field(default_factory=dict)
    """By book, month of the decision (YYYY-MM) and layer."""
    cells: list[Cell] = field(default_factory=list)
    """The lines of the fund's 收支表, month by month."""

    def as_json(self) -> dict[str, Any]:
        """Write it for machines; amounts are fen."""
        return {
            "pack": self.pack,
            "pack_id": self.pack_id,
            "claims": self.claims,
            "changed": self.changed,
            "outcomes": [{"from": was, "to": now, "claims": n} for (was, now), n in sorted(self.outcomes.items())],
            "movements": [
                {"book": book, "month": month, "layer": layer, **moved._asdict()}
                for (book, month, layer), moved in sorted(self.movements.items())
            ],
            "statements": [cell._asdict() for cell in self.cells],
        }


def otherwise(source: LogSource, pack: Pack, watch: Progress) -> Otherwise:
    """Replay logs that were audited before under another pack of the same name.

    Raises ``UnknownPackError`` where the logs know no pack of that name.
    """
    rules = rules_of(list(publications(source)), Differences())
    if pack.name not in {known.name for known in rules.packs.values()}:
        raise UnknownPackError(f"no rule pack {pack.name} was ever published in these logs")
    walks = [OtherWalk(source, Way("people", shard), rules, pack) for shard in range(SHARDS)]
    rest = [Walk(source, Way(through, shard), rules) for through in ("payment", "ledger") for shard in range(SHARDS)]
    journals = []
    for n, walk in enumerate((*walks, *rest)):
        journals.append(walk.go().journal)
        watch("deciding under the other pack", n + 1, len(walks) + len(rest))
    turned = [one for walk in walks for one in walk.turned()]
    outcome = Otherwise(pack.name, pack.id)
    for one in turned:
        _count(outcome, one)
    outcome.cells = statements(turned, joined(journals), rules.charts)
    return outcome


def _count(outcome: Otherwise, turned: Turned) -> None:
    before, after = turned.before, turned.after
    outcome.claims += 1
    if (before.outcome, before.amounts) != (after.outcome, after.amounts):
        outcome.changed += 1
        outcome.outcomes[before.outcome, after.outcome] += 1
    for layer in LAYERS:
        key = before.book, f"{turned.row.business_date:%Y-%m}", layer
        was, now = outcome.movements.get(key, Movement())
        outcome.movements[key] = Movement(was + _borne(before, layer), now + _borne(after, layer))


def _borne(decision: Adjudicated, layer: Literal["basic", "supplement", "critical", "assistance"]) -> int:
    return int(getattr(decision.amounts, layer)) if decision.outcome == "approved" else 0


class OtherDecisions(Decisions):
    """Decides under the other pack, and lets that count; the record stands beside it."""

    def __init__(self, dossiers: Dossiers, rules: Rules, pack: Pack, found: Differences) -> None:
        packs = {key: pack if known.name == pack.name else known for key, known in rules.packs.items()}
        super().__init__(dossiers, replace(rules, packs=packs), found)
        self.turned: dict[str, Turned] = {}

    def decide(self, rows: Sequence[Row]) -> list[Adjudicated | None]:
        """Decide again; gives what stands in the log, for that is what was booked."""
        return [self._otherwise(row) for row in rows]

    def _otherwise(self, row: Row) -> Adjudicated:
        recorded = Adjudicated.model_validate_json(row.body)
        due = self.due(row.said)
        decision = due.decided()
        self.keep(row, due.claim, decision)
        if not recorded.waits():
            self.turned[recorded.claim] = Turned(row._replace(body=b"", said={}), recorded, decision)
        return recorded


class OtherWalk(Walk):
    """A walk through one shard of enrollment and adjudication, under the other pack."""

    def __init__(self, source: LogSource, way: Way, rules: Rules, pack: Pack) -> None:
        super().__init__(source, way, rules)
        self._pack = pack
        self._decided: OtherDecisions | None = None

    def decisions(self, dossiers: Dossiers) -> OtherDecisions:
        """Give who decides under the other pack."""
        self._decided = OtherDecisions(dossiers, self._rules, self._pack, self._found)
        return self._decided

    def turned(self) -> list[Turned]:
        """Give every claim with the decision that stands and the other one."""
        return [] if self._decided is None else list(self._decided.turned.values())
