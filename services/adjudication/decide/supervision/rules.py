"""监管规则: the figures of one published version of the rules, each with its source and the phases it is asked in."""

import hashlib
from collections.abc import Mapping
from typing import Literal, NamedTuple

import orjson

from contracts.canonical import canonical

Phase = Literal["intake", "settled", "monthly"]
"""事前提醒, 事后逐条, 月度全量."""

Figures = Mapping[str, int]
"""Days, persons, fen or basis points by name."""


class SupervisionRule(NamedTuple):
    """One rule: what it is called, when it is asked, what people are told, and its figures.

    ``digest`` is the SHA-256 of the rule's own canonical form: it stays while other rules of the document change.
    """

    term: str
    phases: frozenset[Phase]
    subject: Literal["claim", "provider"]
    sentence: str
    source: str
    assumed: bool
    figures: Figures
    digest: str


class SupervisionRules(NamedTuple):
    """监管规则库: the rules of one version by code; ``id`` is the SHA-256 of the content."""

    id: str
    drug_prefixes: tuple[str, ...]
    rules: Mapping[str, SupervisionRule]

    @classmethod
    def of(cls, content: bytes) -> "SupervisionRules":
        """Read the rules from canonical JSON. Raises ``KeyError`` where a part is missing."""
        raw = orjson.loads(content)
        rules = {
            code: SupervisionRule(
                row["term"],
                frozenset(row["phases"]),
                row["subject"],
                row["sentence"],
                row["source"],
                row.get("status") == "assumed",
                row["figures"],
                hashlib.sha256(canonical(row)).hexdigest(),
            )
            for code, row in raw["rules"].items()
        }
        return cls(hashlib.sha256(content).hexdigest(), tuple(raw["drugs"]["prefixes"]), rules)

    def asked(self, phases: frozenset[Phase], subject: Literal["claim", "provider"]) -> dict[str, SupervisionRule]:
        """Give the rules about claims or about providers that are asked in one of these phases."""
        return {
            code: rule
            for code, rule in self.rules.items()
            if rule.subject == subject and not rule.phases.isdisjoint(phases)
        }
