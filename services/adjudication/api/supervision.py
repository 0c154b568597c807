"""Supervision goes through what is recorded (医保基金监管), a day or a month of it; what is news is raised."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import model_validator

from contracts.envelope import Part
from contracts.supervision import Month
from contracts.text import Day
from services.adjudication.api.answers.oversight import Screening
from services.adjudication.api.people import Supervisor
from services.adjudication.decide.supervision import (
    Found,
    Span,
    SupervisionRules,
    Tally,
    survey_person,
    survey_providers,
)
from services.adjudication.decide.supervision.life import is_news, matter_of
from services.adjudication.model import SUPERVISION
from services.adjudication.store import published
from services.adjudication.store import supervision as store
from services.adjudication.store.findings import earlier
from services.chassis.answers import answers
from services.chassis.command import command
from services.chassis.errors import Unavailable
from services.chassis.postgres import Connection
from services.chassis.unit import Log, Unit


class Run(Part):
    """监管筛查: the decisions of a business day, or of a month (YYYY-MM)."""

    day: Day | None = None
    month: Month | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Run":
        if (self.day is None) == (self.month is None):
            raise ValueError("give either a day or a month")
        return self

    def span(self) -> Span:
        """Give the days, and the phases that are asked."""
        return Span.of_day(self.day) if self.day else Span.of_month(str(self.month))


def router(log: Log) -> APIRouter:
    """Make the routes under ``/supervision``."""
    routes = APIRouter(prefix="/supervision", tags=["supervision"])

    @routes.post("/runs", status_code=201, responses=answers(Screening, 201))
    async def run(request: Request, body: Run, caller: Supervisor) -> Response:
        """监管筛查: ask the rules of a day or a month; what was found before is not raised again.

        What was closed as groundless is raised again where its own rule or the evidence is another now.
        """

        async def work(unit: Unit, _: UUID) -> tuple[int, dict[str, Any]]:
            return await _run(unit, body.span())

        return await command(log, request, caller, work)

    return routes


async def rules_in_force(connection: Connection) -> SupervisionRules:
    """Give the rules of supervision published last. Raises ``Unavailable`` NO_RULES before there are any."""
    content = await published.current(connection, SUPERVISION)
    if content is None:
        raise Unavailable("NO_RULES", "the rules of supervision are not published yet")
    return SupervisionRules.of(content.encode())


async def _run(unit: Unit, span: Span) -> tuple[int, dict[str, Any]]:
    rules = await rules_in_force(unit.conn)
    tally = Tally(rules.drug_prefixes)
    found: list[Found] = []
    claims = 0
    async for history in store.histories(unit.conn, span.first, span.last, gone="monthly" in span.phases):
        looked_at = [claim for claim in history if span.has(claim)]
        claims += len(looked_at)
        tally.count(looked_at)
        found += survey_person(history, span, rules)
    of_providers = list(survey_providers(tally.months(), span, rules))
    await unit.lock(*{finding.stream for finding in (*found, *of_providers)})
    found = [*await _as_it_stands(unit, {finding.stream for finding in found}, span, rules), *of_providers]
    raised = await _raise(unit, found, rules)
    return 201, {
        "from": span.first,
        "to": span.last,
        "rule_version": rules.id,
        "claims": claims,
        "raised": len(raised),
        "known": len(found) - len(raised),
        "by_rule": Counter(finding.body.rule for finding in raised),
    }


async def _as_it_stands(unit: Unit, persons: Collection[str], span: Span, rules: SupervisionRules) -> list[Found]:
    """Look again at persons whose streams are locked: while others were looked at, a claim may have been withdrawn."""
    found: list[Found] = []
    if persons:
        of = store.histories(unit.conn, span.first, span.last, gone="monthly" in span.phases, of=persons)
        async for history in of:
            found += survey_person(history, span, rules)
    return found


async def _raise(unit: Unit, found: Sequence[Found], rules: SupervisionRules) -> list[Found]:
    """Write down what is news; the streams are locked, so that two runs do not raise the same at once."""
    before = await earlier(unit.conn, {matter_of(finding.body) for finding in found})
    cited = {one.rule_version for earlier_ones in before.values() for one in earlier_ones} - {rules.id}
    older = await published.contents(unit.conn, cited)
    versions = {rules.id: rules} | {key: SupervisionRules.of(content.encode()) for key, content in older.items()}
    raised = [one for one in found if is_news(one.body, before.get(matter_of(one.body), ()), versions)]
    for finding in raised:
        unit.append(finding.body, stream=finding.stream, cause=finding.cause)
    return raised
