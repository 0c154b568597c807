"""What if (假设): the same claim if the tags, the level of the provider or the rules were others."""

from typing import Annotated, Any, NamedTuple

from fastapi import Query

from contracts.money import LARGEST_AMOUNT
from contracts.people import ProviderLevel, Tag
from contracts.text import Digest
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.figure import PackError
from services.adjudication.decide.judgement import Judgement
from services.adjudication.decide.pack import Pack, parse_pack
from services.adjudication.store import published
from services.chassis.errors import NotFound
from services.chassis.postgres import Connection

Tags = Annotated[list[Tag] | None, Query(description="what if the person held exactly these tags")]
Level = Annotated[ProviderLevel | None, Query(description="what if the provider were of this level")]
Used = Annotated[
    int | None, Query(ge=0, le=LARGEST_AMOUNT, description="what if this much of the yearly cap were used, fen")
]
PackId = Annotated[Digest | None, Query(description="what if this published version of the rule pack held")]


class Supposing(NamedTuple):
    """What is supposed to be otherwise; None: as it is. ``used`` is fen of the yearly cap."""

    tags: list[Tag] | None = None
    level: str | None = None
    used: int | None = None
    pack_id: str | None = None

    def facts(self, facts: Facts) -> Facts:
        """Change the facts that are to be others; what is only supposed takes nothing from a decision that stands."""
        facts = facts._replace(stands=None)
        if self.tags is not None:
            facts = facts._replace(tags=tuple(sorted(set(self.tags))))
        if self.level is not None:
            facts = facts._replace(level=self.level)
        if self.used is not None:
            facts = facts._replace(year=facts.year._replace(basic=self.used))
        return facts


AS_IT_IS = Supposing()


async def version_of(connection: Connection, name: str, pack_id: str) -> Pack:
    """Read one published version of a rule pack. Raises ``NotFound`` UNKNOWN_PACK."""
    content = (await published.contents(connection, [pack_id])).get(pack_id)
    try:
        pack = parse_pack(content) if content else None
    except PackError:
        pack = None
    if pack is None or pack.name != name:
        raise NotFound("UNKNOWN_PACK", f"no such version of {name} was ever published", "pack_id")
    return pack


def as_json(judged: Judgement, facts: Facts) -> dict[str, Any]:
    """Write what would be decided; amounts in fen."""
    return {
        "outcome": judged.outcome,
        "reason": judged.reason,
        "findings": judged.findings,
        "amounts": judged.result["amounts"],
        "trace": judged.result["trace"],
        "facts": facts.as_json(),
    }
