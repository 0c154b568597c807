"""科目表发布: the chart that this build ships enters the log, so that the log alone holds all that posting used."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from contracts.ledger import ChartPublished
from services.chassis.jobs import Job
from services.chassis.unit import Log
from services.ledger.chart import load_chart
from services.ledger.store import charts

VOUCHERS_STREAM = "vouchers"
"""Charts and vouchers stand in one stream: a voucher comes after the chart that it is drawn up under."""


async def publish(log: Log) -> None:
    """Publish the shipped chart, unless this version of it is published already."""
    chart = load_chart()
    async with log.unit("ledger") as unit:
        await unit.lock(VOUCHERS_STREAM)
        if not await charts.knows(unit.conn, chart.chart_id):
            cause = uuid5(NAMESPACE_URL, f"urn:claims-ledger:chart:{chart.chart_id}")
            body = ChartPublished(chart=chart.chart, chart_id=chart.chart_id, content=chart.content)
            unit.append(body, stream=VOUCHERS_STREAM, cause=cause)


def jobs(log: Log) -> Sequence[Job]:
    """List what the books do by themselves."""

    async def work() -> None:
        await publish(log)

    return (Job("publish-chart", timedelta(hours=1), work),)
