"""Claims and what they count are looked up (申报查询, 年度累计): lists, totals, and one claim with its history."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from contracts.claims import Adjudicated
from contracts.text import Code
from services.adjudication.api.answers.claims import ClaimPage, ShownClaim, Status, Totals, Years
from services.adjudication.api.people import Reader
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.review import position
from services.adjudication.desk import Library
from services.adjudication.store import claims, listings, people
from services.chassis.answers import answers
from services.chassis.errors import NotFound
from services.chassis.postgres import Connection
from services.chassis.unit import Log

Limit = Annotated[int, Query(ge=1, le=5_000)]


def router(log: Log, library: Library) -> APIRouter:
    """Make the routes that read claims and accumulators."""
    routes = APIRouter(tags=["claims"])

    @routes.get("/claims", responses=answers(ClaimPage))
    async def listing(
        _: Reader, status: Status | None = None, day: date | None = None, after: str = "", limit: Limit = 100
    ) -> dict[str, Any]:
        """申报清单: claims in the order of their numbers, by status and by the business day they came in."""
        async with log.pool.acquire() as connection:
            return {"claims": await listings.claims(connection, status, day, after, limit)}

    @routes.get("/claims/totals", responses=answers(Totals))
    async def totals(_: Reader, day: date | None = None) -> dict[str, Any]:
        """申报汇总: claims, billed fen and fund fen by status, of one business day of intake or of all."""
        async with log.pool.acquire() as connection:
            return {"totals": await listings.totals(connection, day)}

    @routes.get("/claims/{claim}", responses=answers(ShownClaim))
    async def look_up(claim: Code, _: Reader) -> dict[str, Any]:
        """申报查询: the claim, its status, every decision, review and clawback."""
        async with log.pool.acquire() as connection:
            return await view(connection, library, claim)

    @routes.get("/persons/{person}/accumulators", responses=answers(Years))
    async def accumulators(person: Code, _: Reader) -> dict[str, Any]:
        """年度累计: what the person's approved claims count, by book and year, fen."""
        async with log.pool.acquire() as connection:
            return {"person": person, "years": await people.years(connection, person)}

    return routes


async def chain_of(connection: Connection, library: Library, decided: Adjudicated) -> list[str]:
    """Name the stages of the review chain of a decision."""
    intake = Facts.from_json(decided.facts).intake
    stages = await library.chain(connection, intake, decided.book, decided.pay_to, decided.amounts.total)
    return [stage.name for stage in stages]


async def view(connection: Connection, library: Library, claim: str) -> dict[str, Any]:
    """Show a claim with all that happened to it. Raises ``NotFound`` UNKNOWN_CLAIM."""
    found = await claims.shown(connection, claim)
    if found is None:
        raise NotFound("UNKNOWN_CLAIM", f"there is no claim {claim}", "claim")
    latest = await claims.latest_decision(connection, claim)
    last = await claims.last_word(connection, claim)
    stage = None
    if last is not None and last.body.outcome == "pended":
        chain = await chain_of(connection, library, last.body)
        stage = position(chain, await claims.acts(connection, claim, last.id)).stage
    return found | {
        "status": "cancelled" if found["cancelled"] else latest.body.outcome if latest else "submitted",
        "stage": stage,
        "amounts": latest.body.amounts.model_dump() if latest else None,
        "decisions": await claims.decisions(connection, claim),
        "reviews": await claims.reviews(connection, claim),
        "clawbacks": [taken.model_dump() for taken in await claims.clawbacks(connection, claim)],
        "reversals": await claims.reversals(connection, claim),
    }
