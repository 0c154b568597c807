"""Objecting to a clawback (追回申诉): while it is proposed it waits; once approved it may be undone."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, get_args
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contracts.appeals import Against, AppealDismissed, ClawbackAppealed
from contracts.clawbacks import Clawback
from contracts.text import Code
from services.adjudication.api.answers.cases import ClawbackStatus, GivenBack, ShownClawback
from services.adjudication.api.cancelling import standing_of
from services.adjudication.api.findings import admit
from services.adjudication.api.forms import Explained
from services.adjudication.api.people import REVIEWERS, Approver, ChainMember, Reader, Submitter
from services.adjudication.decide.clawback import reversal_of
from services.adjudication.desk import Library
from services.adjudication.intake import shipped_calendar
from services.adjudication.store import appeals, claims, proposals
from services.adjudication.store.appeals import Appeal
from services.adjudication.store.claims import Standing
from services.adjudication.store.proposals import Proposed, Verdict
from services.chassis.answers import answers
from services.chassis.auth import Caller
from services.chassis.command import command
from services.chassis.day import open_day
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.postgres import Connection
from services.chassis.unit import Log, Unit

Answer = tuple[int, dict[str, Any]]


class Case(NamedTuple):
    """A clawback that may be objected to: the proposal, the verdict on it, None while there is none, and the claim."""

    number: str
    proposal: Proposed
    verdict: Verdict | None
    standing: Standing

    @property
    def against(self) -> Against:
        """Tell what an appeal is against now."""
        return "proposal" if self.verdict is None else "clawback"


def router(log: Log, library: Library) -> APIRouter:
    """Make the routes of appeals under ``/clawbacks/{clawback}``."""
    routes = APIRouter(tags=["clawbacks"])

    @routes.get("/clawbacks/{clawback}", responses=answers(ShownClawback))
    async def look_up(clawback: Code, _: Reader) -> dict[str, Any]:
        """追回查询: the proposal, how it stands, and the last appeal against it with its answer.

        ``appeal_until`` is the last business day on which an approved clawback can be appealed.
        """
        async with log.pool.acquire() as connection:
            return await _shown(connection, library, clawback)

    @routes.post("/clawbacks/{clawback}/appeal", status_code=201, responses=answers(ClawbackStatus, 201))
    async def appeal(request: Request, clawback: Code, body: Explained, caller: Submitter) -> Response:
        """追回申诉: once before the clawback is decided on, and once after its approval, which holds meanwhile.

        After the approval only within the working days that the rules of intake give: 409 LATE_APPEAL.
        """

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _appeal(unit, cause, library, clawback, body.reason, caller)

        return await command(log, request, caller, work)

    @routes.post("/clawbacks/{clawback}/appeal/dismiss", status_code=201, responses=answers(ClawbackStatus, 201))
    async def dismiss(request: Request, clawback: Code, body: Explained, caller: ChainMember) -> Response:
        """申诉驳回: by a reviewer while it is proposed, by an approver once approved; by nobody who had part in it."""

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _dismiss(unit, cause, clawback, body.reason, caller)

        return await command(log, request, caller, work)

    @routes.post("/clawbacks/{clawback}/appeal/grant", status_code=201, responses=answers(GivenBack, 201))
    async def grant(request: Request, clawback: Code, body: Explained, caller: Approver) -> Response:
        """申诉成立: an approver who had no part in it undoes an approved clawback; all that it took is given back.

        409 NOT_IN_FORCE where the claim was withdrawn since, or decided anew so that the clawback takes nothing.
        """

        async def work(unit: Unit, cause: UUID) -> Answer:
            return await _grant(unit, cause, clawback, body.reason, caller)

        return await command(log, request, caller, work)

    return routes


async def _shown(connection: Connection, library: Library, number: str) -> dict[str, Any]:
    found = await appeals.shown(connection, number)
    if found is None:
        raise _unknown(number)
    verdict = await proposals.verdict(connection, number)
    until = await _last_day(connection, library, verdict) if verdict and verdict.approved else None
    return found | {"appeal_until": until}


async def keep_apart(unit: Unit, clawback: str, caller: Caller) -> None:
    """Keep from deciding on a proposal who had a part in its claim or finding, who appealed, and who answered.

    Raises ``Forbidden`` OWN_CASE or SAME_PERSON.
    """
    admit(caller, await proposals.part(unit.conn, clawback))
    found = await appeals.appeal(unit.conn, clawback, "proposal")
    if found is not None and caller.actor in (found.dismissed_by, found.appellant):
        raise Forbidden("SAME_PERSON", "who appealed or answered the appeal does not decide on the clawback")


async def refuse_if_open(unit: Unit, clawback: str) -> None:
    """Hold a proposal while the appeal against it is open. Raises ``Conflict`` UNDER_APPEAL."""
    found = await appeals.appeal(unit.conn, clawback, "proposal")
    if found is not None and found.dismissed_by is None:
        raise Conflict("UNDER_APPEAL", "somebody objected to this clawback, and nobody has answered yet", "clawback")


async def _appeal(unit: Unit, cause: UUID, library: Library, number: str, reason: str, caller: Caller) -> Answer:
    case = await _case(unit, number)
    said = await _appeals(unit, case)
    if said[case.against] is not None:
        raise Conflict("ALREADY_APPEALED", f"somebody objected to the clawback {number} before", "clawback")
    if caller.actor in _deciders(case, said):
        raise Forbidden("SAME_PERSON", "who decided anything about the clawback does not appeal against it")
    if case.verdict is not None:
        await _in_force(unit, case)
        await _in_time(unit, library, case.verdict)
    _say(unit, cause, ClawbackAppealed, case, reason)
    return 201, {"clawback": number, "claim": case.proposal.claim, "status": "appealed"}


async def _dismiss(unit: Unit, cause: UUID, number: str, reason: str, caller: Caller) -> Answer:
    case = await _case(unit, number)
    await _open_appeal(unit, case, caller)
    needed = REVIEWERS if case.against == "proposal" else ("approver",)
    if not caller.roles & set(needed):
        raise Forbidden("WRONG_ROLE", f"an appeal against this is answered by one of {', '.join(needed)}")
    _say(unit, cause, AppealDismissed, case, reason)
    status = "proposed" if case.verdict is None else "approved"
    return 201, {"clawback": number, "claim": case.proposal.claim, "status": status}


async def _grant(unit: Unit, cause: UUID, number: str, reason: str, caller: Caller) -> Answer:
    case = await _case(unit, number)
    if case.verdict is None:
        raise Conflict("NOT_APPROVED", f"the clawback {number} is only proposed: turn the proposal down", "clawback")
    await _open_appeal(unit, case, caller)
    body = reversal_of(await _in_force(unit, case), reason)
    unit.append(body, stream=case.standing.person, cause=cause)
    return 201, {"clawback": number, "claim": body.claim, "status": "reversed", "given_back": body.amount}


def _say(
    unit: Unit, cause: UUID, kind: type[ClawbackAppealed] | type[AppealDismissed], case: Case, reason: str
) -> None:
    proposal, standing = case.proposal, case.standing
    word = kind(clawback=case.number, claim=proposal.claim, book=standing.book, reason=reason, against=case.against)
    unit.append(word, stream=standing.person, cause=cause)


async def _case(unit: Unit, number: str) -> Case:
    """Give a clawback that was proposed and not turned down, with the person's stream locked."""
    proposal = await proposals.proposal(unit.conn, number)
    if proposal is None:
        raise _unknown(number)
    standing = await standing_of(unit, proposal.claim)
    verdict = await proposals.verdict(unit.conn, number)
    if verdict is not None and not verdict.approved:
        raise Conflict("ALREADY_DECIDED", f"the clawback {number} was turned down before", "clawback")
    return Case(number, proposal, verdict, standing)


async def _open_appeal(unit: Unit, case: Case, caller: Caller) -> None:
    """Find the appeal that waits for an answer, and keep everybody from it who had a part in the matter."""
    said = await _appeals(unit, case)
    if not _waits(said[case.against]) or await appeals.is_granted(unit.conn, case.number):
        raise Conflict("NOT_APPEALED", f"no appeal against the clawback {case.number} is open", "clawback")
    parts = {case.standing.actor, case.standing.person, *(found.appellant for found in said.values() if found)}
    if caller.actor in parts | _deciders(case, said):
        raise Forbidden("SAME_PERSON", "who had a part in the claim, the clawback or an appeal does not answer it")
    admit(caller, await proposals.part(unit.conn, case.number))


async def _appeals(unit: Unit, case: Case) -> Mapping[Against, Appeal | None]:
    return {against: await appeals.appeal(unit.conn, case.number, against) for against in get_args(Against)}


def _deciders(case: Case, said: Mapping[Against, Appeal | None]) -> set[str]:
    """Tell who proposed or approved the clawback, or dismissed an appeal against it."""
    dismissed = {found.dismissed_by for found in said.values() if found and found.dismissed_by}
    approved = set() if case.verdict is None else {case.verdict.decided_by}
    return {case.proposal.proposed_by} | approved | dismissed


def _waits(found: Appeal | None) -> bool:
    return found is not None and found.dismissed_by is None


async def _in_force(unit: Unit, case: Case) -> Clawback:
    """Give the clawback that takes now what people agreed to. Raises ``Conflict`` NOT_IN_FORCE where none does."""
    claim = case.proposal.claim
    decision = await claims.latest_decision(unit.conn, claim)
    if decision is not None and not case.standing.cancelled:
        for taken in await claims.clawbacks(unit.conn, claim):
            if taken.decision_id == decision.id and case.number in (taken.clawback, taken.repeats):
                return taken
    raise Conflict("NOT_IN_FORCE", f"the clawback {case.number} takes nothing of the claim as it stands", "clawback")


async def _in_time(unit: Unit, library: Library, verdict: Verdict) -> None:
    """Refuse an appeal after the last day for it. Raises ``Conflict`` LATE_APPEAL."""
    last = await _last_day(unit.conn, library, verdict)
    if await open_day(unit.conn) > last:
        raise Conflict("LATE_APPEAL", f"an appeal against this clawback was possible until {last}", "clawback")


async def _last_day(connection: Connection, library: Library, verdict: Verdict) -> date:
    within = await library.appeal_within(connection, verdict.decided_on)
    return shipped_calendar().after(verdict.decided_on, within).day


def _unknown(number: str) -> NotFound:
    return NotFound("UNKNOWN_CLAWBACK", f"nobody proposed a clawback {number}", "clawback")
