"""What if, of a decided claim (待遇假设): the same decision with another tag, level, use of the cap or version."""

from typing import Any

from fastapi import APIRouter

from contracts.text import Code
from services.adjudication.api.answers.benefits import WhatIf
from services.adjudication.api.people import Reader
from services.adjudication.api.supposing import Level, PackId, Supposing, Tags, Used, as_json, version_of
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.judgement import judge_again
from services.adjudication.desk import Library
from services.adjudication.store import claims
from services.chassis.answers import answers
from services.chassis.errors import NotFound
from services.chassis.unit import Log


def router(log: Log, library: Library) -> APIRouter:
    """Make the route ``/claims/{claim}/what-if``."""
    routes = APIRouter(tags=["claims"])

    @routes.get("/claims/{claim}/what-if", responses=answers(WhatIf))
    async def what_if(
        claim: Code, _: Reader, tags: Tags = None, level: Level = None, used: Used = None, pack_id: PackId = None
    ) -> dict[str, Any]:
        """待遇假设: what was decided beside what would have been, all other recorded facts being as they were."""
        supposing = Supposing(tags, level, used, pack_id)
        async with log.pool.acquire() as connection:
            decision = await claims.latest_decision(connection, claim)
            if decision is None:
                raise NotFound("NOT_DECIDED", f"there is no decision on a claim {claim}", "claim")
            decided = decision.body
            form = (await claims.standing(connection, [claim]))[claim].submitted
            facts = supposing.facts(Facts.from_json(decided.facts))
            pack = await version_of(connection, decided.pack, pack_id or decided.pack_id)
            intake = await library.intake_of(connection, facts.intake, facts.supervision)
        supposed = decided.model_copy(update={"facts": facts.as_json(), "pack_id": pack.id})
        judged = judge_again(form, supposed, {pack.id: pack}, {facts.intake: intake})
        return {"claim": claim, "decided": decided.amounts.model_dump(), "supposed": as_json(judged, facts)}

    return routes
