"""What supervision found is looked into (监管疑点): taken by a reviewer, clawed back, or closed by another."""

from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from contracts.people import ProviderCode
from contracts.supervision import FindingClosed, FindingTaken, FindingWord, Month
from contracts.text import Code
from services.adjudication.api.answers.oversight import FindingPage, FindingStatus
from services.adjudication.api.cancelling import standing_of
from services.adjudication.api.forms import Explained, Proposal
from services.adjudication.api.people import Approver, Reader, Reviewer
from services.adjudication.decide.supervision.grounds import SUPERVISION_GROUND, grounds_of, of_people
from services.adjudication.decide.supervision.life import bar
from services.adjudication.followed import Part, Status
from services.adjudication.model import GROUNDS
from services.adjudication.store import findings as store
from services.adjudication.store import published
from services.adjudication.store.claims import Standing
from services.adjudication.store.findings import Finding
from services.chassis.answers import answers
from services.chassis.auth import Caller
from services.chassis.command import command
from services.chassis.errors import BadInput, Conflict, Forbidden, NotFound, Unavailable
from services.chassis.unit import Log, Unit

Limit = Annotated[int, Query(ge=1, le=5_000)]
Answer = tuple[int, dict[str, Any]]


class Because(NamedTuple):
    """追回事由: the code of a published ground, and the finding where the ground is supervision."""

    ground: str
    finding: str | None


def router(log: Log) -> APIRouter:
    """Make the routes under ``/supervision/findings``."""
    routes = APIRouter(prefix="/supervision/findings", tags=["supervision"])

    @routes.get("", responses=answers(FindingPage))
    async def listing(
        _: Reader,
        rule: Code | None = None,
        provider: ProviderCode | None = None,
        month: Month | None = None,
        status: Status | None = None,
        after: str = "",
        limit: Limit = 100,
    ) -> dict[str, Any]:
        """监管疑点: by number, each with its evidence, how it stands, and the clawbacks proposed because of it."""
        async with log.pool.acquire() as connection:
            return {"findings": await store.listing(connection, rule, provider, month, status, after, limit)}

    @routes.post("/{finding}/take", status_code=201, responses=answers(FindingStatus, 201))
    async def take(request: Request, finding: Code, caller: Reviewer) -> Response:
        """核查受理: a reviewer who had no part in the claim looks into a finding, once; then a clawback can name it."""

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _take(unit, cause, finding, caller)

        return await command(log, request, caller, work)

    @routes.post("/{finding}/close", status_code=201, responses=answers(FindingStatus, 201))
    async def close(request: Request, finding: Code, body: Explained, caller: Approver) -> Response:
        """疑点排除: a finding in review has no ground, says an approver who neither took it nor decided the claim."""

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _close(unit, cause, finding, body.reason, caller)

        return await command(log, request, caller, work)

    return routes


async def cited(unit: Unit, body: Proposal) -> tuple[Standing, Because]:
    """Give the claim that a proposal is about, with its person's stream locked, and the ground that it gives.

    Raises ``NotFound`` UNKNOWN_CLAIM or UNKNOWN_FINDING, ``BadInput`` UNKNOWN_GROUND, ``Conflict`` OTHER_CLAIM where
    the finding is about another claim or provider, FINDING_CLOSED, FINDING_NOT_TAKEN where nobody looked into it yet,
    TAKER_HAD_PART where whoever did has had a part in the claim.
    """
    if body.finding is None:
        return await standing_of(unit, body.claim), Because(await _ground(unit, str(body.ground)), None)
    first = await _finding(unit, body.finding)
    standing = await standing_of(unit, body.claim, *([first.provider] if first.claim is None else []))
    found = await _finding(unit, body.finding)
    if not await _is_about(unit, found, standing):
        raise Conflict("OTHER_CLAIM", f"the finding {found.finding} is not about the claim {body.claim}", "finding")
    if found.status == "closed":
        raise _closed(found)
    if found.status == "open":
        raise Conflict("FINDING_NOT_TAKEN", f"nobody has taken the finding {found.finding} into review", "finding")
    await _refuse_taker(unit, found, body.claim)
    return standing, Because(SUPERVISION_GROUND, found.finding)


async def _refuse_taker(unit: Unit, found: Finding, claim: str) -> None:
    """Let a finding about a provider lead to claims of which its taker is free. Raises ``Conflict`` TAKER_HAD_PART."""
    part = await store.part(unit.conn, found._replace(claim=claim))
    if bar(str(found.taken_by), None, Part(part.own, part.deciders)) is not None:
        raise Conflict(
            "TAKER_HAD_PART",
            f"{found.taken_by}, who looked into {found.finding}, has had a part in {claim}: propose on another ground",
            "finding",
        )


async def _take(unit: Unit, cause: UUID, number: str, caller: Caller) -> Answer:
    found = await _not_closed(unit, number)
    if found.status != "open":
        raise Conflict("ALREADY_TAKEN", f"{found.taken_by} took the finding {number} into review before", "finding")
    admit(caller, await store.part(unit.conn, found))
    return _say(unit, cause, FindingTaken(finding=number, book=found.book), found, "in_review")


async def _close(unit: Unit, cause: UUID, number: str, reason: str, caller: Caller) -> Answer:
    found = await _not_closed(unit, number)
    if found.status != "in_review":
        raise Conflict("FINDING_NOT_IN_REVIEW", f"the finding {number} is {found.status}, not in review", "finding")
    admit(caller, await store.part(unit.conn, found))
    return _say(unit, cause, FindingClosed(finding=number, book=found.book, reason=reason), found, "closed")


def _say(unit: Unit, cause: UUID, word: FindingWord, found: Finding, status: Status) -> Answer:
    """Write a word about a finding into the stream of the finding."""
    unit.append(word, stream=found.stream, cause=cause)
    return 201, {"finding": found.finding, "claim": found.claim, "status": status}


def admit(caller: Caller, part: Part) -> None:
    """Keep out whoever has had a part in it. Raises ``Forbidden`` OWN_CASE or SAME_PERSON."""
    barred = bar(caller.actor, caller.person, part)
    if barred is not None:
        raise Forbidden(*barred)


async def _not_closed(unit: Unit, number: str) -> Finding:
    """Read a finding that was not closed, and keep its stream still."""
    first = await _finding(unit, number)
    await unit.lock(first.stream)
    found = await _finding(unit, number)
    if found.status == "closed":
        raise _closed(found)
    return found


async def _finding(unit: Unit, number: str) -> Finding:
    found = await store.finding(unit.conn, number)
    if found is None:
        raise NotFound("UNKNOWN_FINDING", f"supervision raised no finding {number}", "finding")
    return found


async def _is_about(unit: Unit, found: Finding, standing: Standing) -> bool:
    """Tell whether a finding is about a claim: about itself, or about its provider's month in which it was decided."""
    if found.claim is not None:
        return found.claim == standing.claim
    same = (found.provider, found.book) == (standing.submitted.provider, standing.book)
    return same and await store.was_decided_in(unit.conn, standing.claim, found.month)


async def _ground(unit: Unit, code: str) -> str:
    content = await published.current(unit.conn, GROUNDS)
    if content is None:
        raise Unavailable("NO_RULES", "the grounds of clawbacks are not published yet")
    known = of_people(grounds_of(content.encode()))
    if code not in known:
        raise BadInput("UNKNOWN_GROUND", f"a ground of people is one of {', '.join(known)}", "ground")
    return code


def _closed(found: Finding) -> Conflict:
    return Conflict("FINDING_CLOSED", f"the finding {found.finding} was closed as groundless", "finding")
