"""定点协议: a clerk enters what holds from today or later; a change for the past waits for an approver."""

from typing import Any, Literal
from uuid import UUID, uuid5

from fastapi import APIRouter, Request, Response

from contracts.agreements import AgreementProposed, AgreementRejected
from contracts.claims import AgreementForm, ProviderChanged
from contracts.text import Code
from services.adjudication.api.answers.oversight import AgreementProposals, ChangedProvider, RejectedAgreement
from services.adjudication.api.forms import Explained
from services.adjudication.api.people import Approver, Reader, Registrar
from services.adjudication.store import agreements
from services.adjudication.store.agreements import Proposal
from services.chassis.answers import answers
from services.chassis.auth import Caller
from services.chassis.command import command
from services.chassis.day import open_day
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.unit import Log, Unit


def router(log: Log) -> APIRouter:
    """Make the routes that change agreements."""
    routes = APIRouter(tags=["agreements"])

    @routes.post("/providers", status_code=201, responses=answers(ChangedProvider, 201))
    async def change(request: Request, body: AgreementForm, caller: Registrar) -> Response:
        """定点协议: from today on it holds at once; from an earlier day only when an approver agrees (``proposed``)."""

        async def work(unit: Unit, cause: UUID) -> tuple[int, ChangedProvider]:
            return await _change(unit, cause, body)

        return await command(log, request, caller, work)

    @routes.get("/providers/changes", responses=answers(AgreementProposals))
    async def list_proposals(_: Reader) -> dict[str, Any]:
        """定点协议追溯变更: every change that was proposed for the past, and how it stands."""
        async with log.pool.acquire() as connection:
            return {"changes": await agreements.proposals(connection)}

    @routes.post("/providers/changes/{proposal}/approve", status_code=201, responses=answers(ChangedProvider, 201))
    async def approve(request: Request, proposal: Code, caller: Approver) -> Response:
        """追溯变更审批: decided claims are looked at again. 409 AGREEMENT_CHANGED if anything newer was said of it."""

        async def work(unit: Unit, cause: UUID) -> tuple[int, ChangedProvider]:
            return await _approve(unit, cause, proposal, caller)

        return await command(log, request, caller, work)

    @routes.post("/providers/changes/{proposal}/reject", status_code=201, responses=answers(RejectedAgreement, 201))
    async def reject(request: Request, proposal: Code, body: Explained, caller: Approver) -> Response:
        """追溯变更否决: the agreement stays as it was."""

        async def work(unit: Unit, cause: UUID) -> tuple[int, RejectedAgreement]:
            found = await _open(unit, proposal, caller)
            said = AgreementRejected(proposal=proposal, provider=found.form.provider, reason=body.reason)
            unit.append(said, stream=found.form.provider, cause=cause)
            return 201, {"proposal": proposal, "status": "rejected"}

        return await command(log, request, caller, work)

    return routes


async def _change(unit: Unit, cause: UUID, form: AgreementForm) -> tuple[int, ChangedProvider]:
    await unit.lock(form.provider)  # from here on the business day cannot roll before this is stamped
    if form.since >= await open_day(unit.conn):
        unit.append(ProviderChanged(**form.__dict__), stream=form.provider, cause=cause)
        return 201, _answer(form, "changed", None)
    saw = await agreements.last_change(unit.conn, form.provider)
    number = f"A{uuid5(cause, 'agreement').hex[:24]}"
    body = AgreementProposed(**form.__dict__, proposal=number, change_id=saw.id, change_hash=saw.hash)
    unit.append(body, stream=form.provider, cause=cause)
    return 201, _answer(form, "proposed", number)


async def _approve(unit: Unit, cause: UUID, number: str, caller: Caller) -> tuple[int, ChangedProvider]:
    found = await _open(unit, number, caller)
    form = found.form
    if await agreements.last_change(unit.conn, form.provider) != found.saw:
        raise Conflict(
            "AGREEMENT_CHANGED", f"the agreement of {form.provider} was changed since; propose again", "proposal"
        )
    unit.append(ProviderChanged(**form.__dict__, proposal=number), stream=form.provider, cause=cause)
    return 201, _answer(form, "changed", number)


async def _open(unit: Unit, number: str, caller: Caller) -> Proposal:
    """Take a proposal up for a decision by another person than its maker, and keep its provider still."""
    await unit.lock((await _known(unit, number)).form.provider)
    found = await _known(unit, number)  # as it stands now that nobody else can decide on it
    if found.status != "proposed":
        raise Conflict("ALREADY_DECIDED", f"the change {number} is {found.status}", "proposal")
    if caller.actor == found.proposed_by:
        raise Forbidden("SAME_PERSON", "who proposes a change for the past does not decide on it")
    return found


async def _known(unit: Unit, number: str) -> Proposal:
    found = await agreements.proposal(unit.conn, number)
    if found is None:
        raise NotFound("UNKNOWN_PROPOSAL", f"nobody proposed a change {number}", "proposal")
    return found


def _answer(form: AgreementForm, status: Literal["changed", "proposed"], proposal: str | None) -> ChangedProvider:
    return {"provider": form.provider, "since": form.since, "status": status, "proposal": proposal}
