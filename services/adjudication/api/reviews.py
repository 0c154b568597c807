"""Reviewers work through what is pended (审核): their list, and their word at each stage."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from contracts.claims import ReviewDecided
from contracts.text import Code
from services.adjudication.api.answers.cases import DrawnPage, Reviewed, WaitingPage
from services.adjudication.api.cancelling import standing_of
from services.adjudication.api.forms import ReviewOrder
from services.adjudication.api.lookup import chain_of
from services.adjudication.api.people import ChainMember, Reader
from services.adjudication.api.waiting import waiting_rows
from services.adjudication.decide.review import Order, Refusal, Subject, refusal, settles
from services.adjudication.desk import Library
from services.adjudication.store import claims, listings
from services.chassis.answers import answers
from services.chassis.auth import Caller
from services.chassis.command import command
from services.chassis.errors import Conflict, Forbidden
from services.chassis.unit import Log, Unit

_ABOUT_THE_PERSON = frozenset({"WRONG_ROLE", "OWN_CASE", "SAME_PERSON"})

Limit = Annotated[int, Query(ge=1, le=1_000)]
Overdue = Annotated[bool | None, Query(description="only those whose stage is overdue (true), or in time (false)")]


def router(log: Log, library: Library) -> APIRouter:
    """Make the routes under ``/reviews``."""
    routes = APIRouter(tags=["reviews"])

    @routes.get("/reviews", responses=answers(WaitingPage))
    async def waiting(_: Reader, after: str = "", limit: Limit = 100, overdue: Overdue = None) -> dict[str, Any]:
        """待审核: pended claims with their findings, the stage that is due, by when, and what binds a decision to them.

        ``due`` is a business day; ``due_assumed`` says that the calendar of working days has no notice for its year.
        """
        # a claim and what was done about it as of one moment, whoever reviews it meanwhile
        async with log.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            return {"reviews": await waiting_rows(conn, library, after, limit, overdue)}

    @routes.get("/reviews/sampled", responses=answers(DrawnPage))
    async def drawn(_: Reader, after: str = "", limit: Limit = 100) -> dict[str, Any]:
        """抽查: approved claims that were drawn and that nobody has looked at yet; they are paid meanwhile."""
        async with log.pool.acquire() as connection:
            return {"reviews": await listings.sampled(connection, after, limit)}

    @routes.post("/reviews/{claim}", status_code=201, responses=answers(Reviewed, 201))
    async def decide(request: Request, claim: Code, body: ReviewOrder, caller: ChainMember) -> Response:
        """审核: one stage by one person. 409 STALE_DECISION when the claim was decided anew since it was looked at."""

        async def work(unit: Unit, cause: UUID) -> tuple[int, Reviewed]:
            return await _decide(unit, cause, library, claim, body, caller)

        return await command(log, request, caller, work)

    return routes


async def _decide(
    unit: Unit, cause: UUID, library: Library, claim: str, body: ReviewOrder, caller: Caller
) -> tuple[int, Reviewed]:
    standing = await standing_of(unit, claim)
    decision = await claims.last_word(unit.conn, claim)
    if standing.cancelled or decision is None:
        raise Conflict("NOT_IN_REVIEW", "the claim is not waiting for a review", "claim")
    chain = await chain_of(unit.conn, library, decision.body)
    subject = Subject(
        decision.body.outcome,
        decision.body.findings,
        decision.id,
        decision.hash,
        chain,
        standing.person,
        standing.actor,
        await claims.acts(unit.conn, claim, decision.id),
    )
    order = Order(
        body.stage,
        body.decision,
        body.decision_id,
        body.decision_hash,
        caller.actor,
        caller.roles,
        caller.person,
    )
    refused = refusal(subject, order)
    if refused is not None:
        raise _problem(refused)
    final = settles(chain, body.stage, body.decision)
    said = ReviewDecided(claim=claim, book=standing.book, final=final, **body.model_dump())
    unit.append(said, stream=standing.person, cause=cause)
    return 201, {"claim": claim, "stage": body.stage, "decision": body.decision, "final": final}


def _problem(refused: Refusal) -> Conflict | Forbidden:
    kind = Forbidden if refused.code in _ABOUT_THE_PERSON else Conflict
    return kind(refused.code, refused.message)
