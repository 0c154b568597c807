"""What would be paid (待遇试算): the same decision on the same facts, with nothing written down."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from contracts.money import Fen
from contracts.people import ProviderLevel, Tag
from services.adjudication.api.forms import Submission
from services.adjudication.api.people import Reader
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.intake import shape_faults
from services.adjudication.desk import Library, lay_out
from services.adjudication.store import invoices
from services.chassis.errors import BadInput, Fault
from services.chassis.log import heads
from services.chassis.unit import Log

Tags = Annotated[list[Tag] | None, Query(description="what if the person held exactly these tags")]
Level = Annotated[ProviderLevel | None, Query(description="what if the provider were of this level")]
Used = Annotated[Fen | None, Query(description="what if this much of the yearly cap were used, fen")]


def router(log: Log, library: Library) -> APIRouter:
    """Make the route ``/estimates``."""
    routes = APIRouter(tags=["estimates"])

    @routes.post("/estimates")
    async def estimate(
        body: Submission, _: Reader, tags: Tags = None, level: Level = None, used: Used = None
    ) -> dict[str, Any]:
        """待遇试算: the decision that this claim would get now, or would get if the facts were others."""
        faults = [Fault(*fault) for fault in shape_faults(body)]
        if faults:
            raise BadInput.of(faults)
        async with log.pool.acquire() as connection, connection.transaction(readonly=True):
            used_by = await invoices.owners(connection, [body.invoice])
            table = await lay_out(connection, library, [body], used_by, {})
            today = (await heads(connection))[0].business_date or body.on
        facts = _supposing(table.facts(None, body, today), tags, level, used)
        judged = table.judge(body, facts, "no")
        return {
            "outcome": judged.outcome,
            "reason": judged.reason,
            "findings": judged.findings,
            "amounts": judged.result["amounts"],
            "trace": judged.result["trace"],
            "facts": facts.as_json(),
        }

    return routes


def _supposing(facts: Facts, tags: list[Tag] | None, level: str | None, used: int | None) -> Facts:
    """Change the facts that the caller wants to be others."""
    if tags is not None:
        facts = facts._replace(tags=tuple(sorted(set(tags))))
    if level is not None:
        facts = facts._replace(level=level)
    if used is not None:
        facts = facts._replace(year=facts.year._replace(basic=used))
    return facts
