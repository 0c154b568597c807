"""The chart is data with a source for everything, and nothing that nobody meant gets into it."""

from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from contracts.canonical import NotCanonicalError
from services.ledger.chart import load_chart
from services.ledger.decide.chart import belongs, chart_from, chart_of

CHART = load_chart()


def data() -> dict[str, Any]:
    return dict(orjson.loads(CHART.content))


def test_the_published_content_reads_back_as_the_same_chart() -> None:
    assert chart_of(CHART.content).chart_id == CHART.chart_id


def test_all_templates_of_the_regime_are_there() -> None:
    wanted = {f"T{n:02d}" for n in range(1, 34)} | {"T01t"}

    assert wanted <= CHART.by_template.keys()


def test_refuses_a_key_that_nobody_knows() -> None:
    chart = data()
    chart["accounts"][0]["colour"] = "red"

    with pytest.raises(ValidationError, match="colour"):
        chart_from(chart)


def test_refuses_an_account_without_a_source() -> None:
    chart = data()
    del chart["accounts"][0]["source"]

    with pytest.raises(ValidationError, match="source"):
        chart_from(chart)


def test_refuses_a_float() -> None:
    chart = data()
    chart["reserve"][0]["months_low"] = 6.5

    with pytest.raises(NotCanonicalError, match="months_low"):
        chart_from(chart)


def test_a_sub_account_belongs_to_its_heading_and_not_to_a_namesake() -> None:
    assert [belongs(account, ("5001-门诊", "1101")) for account in ("5001-门诊", "1101-医院", "5001-门诊特定病种")] == [
        True,
        True,
        False,
    ]
