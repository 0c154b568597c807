"""分录模板: what can be booked by hand."""

from typing import Any

from fastapi import APIRouter

from services.chassis.answers import answers
from services.chassis.unit import Log
from services.ledger.api.answers.papers import Templates
from services.ledger.api.callers import Reader
from services.ledger.decide.chart import Chart, Template
from services.ledger.reading import newest_chart


def router(log: Log) -> APIRouter:
    """Make the route ``/templates``."""
    routes = APIRouter(tags=["vouchers"])

    @routes.get("/templates", responses=answers(Templates))
    async def list_templates(caller: Reader) -> dict[str, Any]:
        """分录模板: what can be booked by hand, for which books, and what has to be chosen."""
        async with log.pool.acquire() as connection:
            chart = await newest_chart(connection)
        return {"templates": [_template(template) for template in _by_hand(chart)]}

    return routes


def _by_hand(chart: Chart) -> list[Template]:
    return [one for one in chart.templates if any(case.event == "manual" for case in one.cases)]


def _template(template: Template) -> dict[str, Any]:
    cases = [case for case in template.cases if case.event == "manual"]
    return {
        "template": template.id,
        "title": template.title,
        "source": template.source,
        "mark": template.mark,
        "cases": [{"families": case.families, "choose": case.choose, "lines": case.lines} for case in cases],
    }
