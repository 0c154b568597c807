"""科目表 by day: which published chart is in force when."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from services.ledger.decide.chart import Chart, chart_of


class NoChartError(TimeoutError):
    """Nothing can be booked yet: a chart is published when the ledger first starts, so try again soon."""


class Charts(NamedTuple):
    """All published charts with the day after which each is in force, the last one published first."""

    published: tuple[tuple[date, Chart], ...]

    def at(self, day: date) -> Chart:
        """Give the chart in force on a day. Raises ``NoChartError`` before the first one is published."""
        return next(iter(self.since(day)))

    def since(self, day: date) -> Sequence[Chart]:
        """Give the chart in force on a day and those published after it, oldest first. Raises ``NoChartError``."""
        for n, (published, newest) in enumerate(self.published):
            if published < day:
                return [chart for _, chart in self.published[n::-1]] if n else [newest]
        raise NoChartError("no chart of accounts is published yet")

    def newest(self) -> Chart:
        """Give the chart that was published last. Raises ``NoChartError``."""
        return self.at(date.max)


def charts_of(rows: Iterable[tuple[date, str]]) -> Charts:
    """Read charts in the order of publication: the day after which each is in force, and its content."""
    return Charts(tuple((since, chart_of(content)) for since, content in reversed(list(rows))))


def account_rows(chart: Chart) -> list[tuple[str, str, str, str]]:
    """List what may be posted to: family, account, name and direction."""
    families = sorted({scheme.family for scheme in chart.schemes} | {"memo"})
    return [
        (family, account.code, account.name, account.direction)
        for family in families
        for account in chart.accounts
        if account.serves(family) and not account.heading
    ]
