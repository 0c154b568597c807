"""科目表 in the database: every chart that was published, and the accounts that may be posted to."""

from collections.abc import Sequence
from datetime import date

from contracts.ledger import ChartPublished
from services.chassis.postgres import Connection


async def read(connection: Connection) -> list[tuple[date, str]]:
    """Read every chart's content and the day after which it is in force, in the order of publication."""
    rows = await connection.fetch("select since, content from state.chart order by number")
    return [(row["since"], row["content"]) for row in rows]


async def knows(connection: Connection, chart_id: str) -> bool:
    """Tell whether a chart with this content is published already."""
    return bool(await connection.fetchval("select exists (select from state.chart where chart_id = $1)", chart_id))


async def accounts(connection: Connection, family: str) -> list[str]:
    """List what books of a family may be posted to, or might under an earlier chart."""
    rows = await connection.fetch(_ACCOUNTS, family)
    return [row["account"] for row in rows]


async def publish(
    connection: Connection, day: date, chart: ChartPublished, accounts: Sequence[tuple[str, str, str, str]]
) -> None:
    """Keep a chart published on ``day``. The first is in force from ever, a later one from the day after.

    So no event is booked under one chart or another by the chance of the hour at which it arrives; before that day a
    later chart books only what the earlier ones refuse.
    """
    await connection.execute(_PUBLISH, chart.chart_id, chart.chart, chart.content, day, date.min)
    await connection.executemany(_ACCOUNT, accounts)


_ACCOUNTS = 'select account from state.account where family = $1 order by account collate "C"'

_PUBLISH = """
insert into state.chart (chart_id, chart, content, since, number)
select $1, $2, $3, case when exists (select from state.chart) then $4 else $5::date end,
    (select count(*) + 1 from state.chart)
on conflict (chart_id) do nothing
"""

_ACCOUNT = """
insert into state.account (family, account, name, direction) values ($1, $2, $3, $4)
on conflict (family, account) do nothing
"""
