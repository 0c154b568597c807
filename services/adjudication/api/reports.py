"""定点机构月报: how each provider did in a month, as JSON or as a workbook, from the approved claims one by one."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from contracts.people import Tag
from contracts.supervision import Month
from services.adjudication.api import provider_sheet
from services.adjudication.api.answers.oversight import ProviderReport
from services.adjudication.api.people import Reader
from services.adjudication.api.supervision import rules_in_force
from services.adjudication.decide.supervision import Span, Tally
from services.adjudication.decide.supervision.report import Indicators, indicators
from services.adjudication.store import supervision as store
from services.chassis.answers import XLSX, answers
from services.chassis.errors import BadInput
from services.chassis.unit import Log

Format = Annotated[Literal["json", "xlsx"], Query(alias="format")]
Through = Annotated[Month | None, Query(description="the last month, where the report is of more than one")]
Only = Annotated[Tag | None, Query(description="only persons who held this tag on the day of the care")]


def router(log: Log) -> APIRouter:
    """Make the route ``/reports/providers``."""
    routes = APIRouter(tags=["reports"])

    @routes.get("/reports/providers", response_model=None, responses=answers(ProviderReport, also=[XLSX]))
    async def providers(
        _: Reader, month: Month, through: Through = None, tag: Only = None, form: Format = "json"
    ) -> dict[str, Any] | Response:
        """定点机构月报: decisions that stand approved, by book and provider, and what was clawed back of them since."""
        last = through or month
        if last < month:
            raise BadInput("DATES_INVALID", f"{last} is before {month}", "through")
        rows, books = await _report(log, Span(Span.of_month(month).first, Span.of_month(last).last, frozenset()), tag)
        if form == "xlsx":
            return Response(provider_sheet.xlsx(f"定点机构月报 {month} 至 {last}", [*rows, *books]), media_type=XLSX)
        return {
            "month": month,
            "through": last,
            "tag": tag,
            "providers": [row._asdict() for row in rows],
            "books": [row._asdict() for row in books],
        }

    return routes


async def _report(log: Log, span: Span, tag: Tag | None) -> tuple[list[Indicators], list[Indicators]]:
    """Give the indicators of every provider, and of every book as a whole."""
    async with log.pool.acquire() as connection, connection.transaction(readonly=True):
        tally = Tally((await rules_in_force(connection)).drug_prefixes)
        async for history in store.histories(connection, span.first, span.last):
            tally.count(claim for claim in history if span.has(claim) and (tag is None or tag in claim.tags))
        names = await store.names(connection)
    return (
        [indicators(month, names.get(month.provider, "")) for month in tally.months()],
        [indicators(month, "合计") for month in tally.books()],
    )
