"""What would be paid (待遇试算): the same decision on the same facts, with nothing written down."""

from typing import Any

from fastapi import APIRouter

from services.adjudication.api.answers.benefits import Supposed
from services.adjudication.api.forms import Submission
from services.adjudication.api.people import Reader
from services.adjudication.api.supposing import AS_IT_IS, Level, PackId, Supposing, Tags, Used, as_json, version_of
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.intake import shape_faults
from services.adjudication.decide.judgement import Judgement, judge
from services.adjudication.desk import Library, lay_out
from services.adjudication.store import invoices
from services.chassis.answers import answers
from services.chassis.errors import BadInput, Fault
from services.chassis.log import heads
from services.chassis.unit import Log


def router(log: Log, library: Library) -> APIRouter:
    """Make the route ``/estimates``."""
    routes = APIRouter(tags=["estimates"])

    @routes.post("/estimates", responses=answers(Supposed))
    async def estimate(
        body: Submission, _: Reader, tags: Tags = None, level: Level = None, used: Used = None, pack_id: PackId = None
    ) -> dict[str, Any]:
        """待遇试算: the decision that this claim would get now, or would get if the facts or the rules were others."""
        judged, facts = await estimated(log, library, body, Supposing(tags, level, used, pack_id))
        return as_json(judged, facts)

    return routes


async def estimated(
    log: Log, library: Library, form: Submission, supposing: Supposing = AS_IT_IS
) -> tuple[Judgement, Facts]:
    """Judge a claim as if it were handed in now. Raises ``BadInput``, ``NotFound`` UNKNOWN_PACK."""
    faults = [Fault(*fault) for fault in shape_faults(form)]
    if faults:
        raise BadInput.of(faults)
    async with log.pool.acquire() as connection, connection.transaction(readonly=True):
        used_by = await invoices.owners(connection, [form.invoice])
        table = await lay_out(connection, library, [form], used_by, {})
        today = (await heads(connection))[0].business_date or form.on
        pack = table.rules.pack_for(form.book)
        if supposing.pack_id is not None:
            pack = await version_of(connection, pack.name, supposing.pack_id)
    facts = supposing.facts(table.facts(None, form, today))
    return judge(form, facts, pack, table.rules.intake, "no"), facts
