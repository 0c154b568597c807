"""Why so much and no more (待遇说明): the decision on a claim, step by step: JSON, a Chinese page, or PDF."""

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Header, Query, Response

from contracts.claims import Adjudicated
from contracts.money import yuan
from contracts.text import Code
from services.adjudication.api.answers.benefits import Explanation
from services.adjudication.api.page import page, paper
from services.adjudication.api.people import Reader
from services.adjudication.decide.explain import explain, process_text
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.result import Amounts
from services.adjudication.decide.setlinfo import setlinfo
from services.adjudication.decide.supervision.grounds import CANCELLED
from services.adjudication.desk import Library
from services.adjudication.store import claims
from services.adjudication.store.claims import Decision
from services.chassis.answers import HTML, PDF, answers
from services.chassis.errors import NotFound
from services.chassis.postgres import Connection
from services.chassis.unit import Log

WITHDRAWN = {"sentence": "本次申报已撤销, 基金不支付。", "source": "撤销申报", "cure": "需要报销的, 请重新申报。"}
TAKEN = {"source": "追回审批", "cure": "对追回有异议的, 可以在期限内申诉。"}

Format = Annotated[
    Literal["json", "html", "pdf"] | None, Query(alias="format", description="where not given, what Accept asks for")
]


def router(log: Log, library: Library) -> APIRouter:
    """Make the route ``/claims/{claim}/explanation``."""
    routes = APIRouter(tags=["claims"])

    @routes.get("/claims/{claim}/explanation", response_model=None, responses=answers(Explanation, also=(HTML, PDF)))
    async def explanation(
        claim: Code,
        _: Reader,
        form: Format = None,
        accept: Annotated[str, Header()] = "",
    ) -> dict[str, Any] | Response:
        """待遇说明: every step with its source, and for a denial the reason and the cure."""
        async with log.pool.acquire() as connection:
            decision = await claims.latest_decision(connection, claim)
            if decision is None:
                raise NotFound("NOT_DECIDED", f"there is no decision on a claim {claim}", "claim")
            facts = Facts.from_json(decision.body.facts)
            notices = (await library.intake_of(connection, facts.intake, facts.supervision)).notices
            notes = await _since(connection, decision)
        notes |= {code: notices[code]._asdict() for code in _codes(decision.body) if code in notices}
        if form == "pdf" or (form is None and PDF in accept):
            return Response(paper(decision.body, notes), media_type=PDF)
        if form == "html" or (form is None and HTML in accept):
            return Response(page(decision.body, notes), media_type=f"{HTML}; charset=utf-8")
        return explained(decision.body, notes)

    return routes


def explained(decided: Adjudicated, notes: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Write the explanation as JSON; amounts in fen, those of the national record ``setlinfo`` in yuan as text."""
    amounts = cast(Amounts, decided.amounts.model_dump())
    return {
        "claim": decided.claim,
        "outcome": decided.outcome,
        "reason": decided.reason,
        "findings": decided.findings,
        "notes": notes,
        "amounts": amounts,
        "setlinfo": setlinfo(amounts, decided.book[7:10]) | {"setl_proc_info": process_text(decided.trace)},
        "pack": decided.pack,
        "pack_id": decided.pack_id,
        "steps": decided.trace,
        "sentences": [sentence._asdict() for sentence in explain(decided.trace)],
    }


async def _since(connection: Connection, decision: Decision) -> dict[str, dict[str, str]]:
    """Tell what was done about the claim since it was decided: withdrawn, or part of it taken back."""
    claim = decision.body.claim
    if await claims.cancelled(connection, [claim]):
        return {CANCELLED: WITHDRAWN}
    taken = sum(body.amount for body in await claims.clawbacks(connection, claim) if body.decision_id == decision.id)
    return {"CLAWED_BACK": TAKEN | {"sentence": f"基金支付中已追回 {yuan(taken)} 元。"}} if taken else {}


def _codes(decided: Adjudicated) -> list[str]:
    return [*([decided.reason] if decided.reason else []), *decided.findings]
