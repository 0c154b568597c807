"""Supervision over HTTP: what is found is raised once and can be taken back; providers get their report."""

import asyncio
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from contracts.enrollment import StatusChanged
from contracts.supervision import FindingRaised
from services.chassis.unit import Unit
from tests.service.adjudication.audited import differences
from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.test_late_facts import said
from tests.unit.adjudication_service.given import BOOK, LEVEL_2, PERSON, claim, line, visit

MARCH = {"month": "2017-03"}
CHARGED_TWICE = claim("C1", line(1_000_000), line(500_000))
"""The same item on the same day in both lines."""


async def run(counter: Counter, what: dict[str, str] = MARCH) -> dict[str, Any]:
    """Go through a day or a month as the auditor."""
    answer = await counter.post("/supervision/runs", what, "shen.ji", "auditor")
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def findings(counter: Counter, query: str = "") -> list[dict[str, Any]]:
    """What was found so far."""
    found: list[dict[str, Any]] = (await counter.get(f"/supervision/findings{query}")).json()["findings"]
    return found


async def take(counter: Counter, found: dict[str, Any]) -> None:
    """Take a finding into review."""
    answer = await counter.post(f"/supervision/findings/{found['finding']}/take", None, "wang.wu", "reviewer_1")
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("what", [MARCH, {"day": "2017-03-01"}], ids=["month", "day"])
async def test_a_run_raises_what_it_finds_with_rule_and_evidence(counter: Counter, what: dict[str, str]) -> None:
    await counter.submit(CHARGED_TWICE)
    ran = await run(counter, what)
    (found,) = await findings(counter, "?rule=DOUBLE_CHARGING")
    assert (found["claim"], found["rule_version"], found["evidence"]["lines"]) == ("C1", ran["rule_version"], [1])


async def test_the_version_that_a_finding_cites_is_published(counter: Counter) -> None:
    ran = await run(counter)
    rules = (await counter.get(f"/packs/{ran['rule_version']}")).json()
    assert rules["rules"]["OVER_QUOTA_SHARE"]["figures"] == {"share": 2_000}


async def test_a_second_run_raises_nothing_again(counter: Counter) -> None:
    await counter.submit(CHARGED_TWICE)
    first, second = await run(counter), await run(counter)
    assert (first["raised"], second["raised"], second["known"]) == (2, 0, 2)


async def test_two_runs_at_once_raise_each_finding_once(counter: Counter) -> None:
    await counter.submit(CHARGED_TWICE)
    ran = await asyncio.gather(run(counter), run(counter))
    assert sum(each["raised"] for each in ran) == len(await findings(counter))


async def test_of_two_claims_with_the_same_item_the_one_approved_later_is_found(counter: Counter) -> None:
    await counter.submit(visit("V2", 10_000), visit("V1", 20_000))
    await run(counter)
    [found] = await findings(counter, "?rule=DOUBLE_CHARGING")
    assert (found["claim"], found["evidence"]["charged_in"]) == ("V1", ["V2"])
    assert await differences(counter.place) == []


async def test_a_claim_that_is_withdrawn_while_a_run_looks_at_others_is_left_alone(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await counter.submit(CHARGED_TWICE)
    lock = Unit.lock

    async def after_a_withdrawal(unit: Unit, *streams: str) -> None:
        monkeypatch.undo()
        answer = await counter.post("/claims/C1/cancel", {"reason": "entered twice"})
        assert answer.status_code == 201, answer.text
        await lock(unit, *streams)

    monkeypatch.setattr(Unit, "lock", after_a_withdrawal)
    await run(counter)
    assert await findings(counter, "?rule=DOUBLE_CHARGING") == []


@pytest.mark.parametrize("changes", [{"amount": 1}, {"charged_in": ["V9"]}, {"reviewed": True}], ids=str)
async def test_an_auditor_works_the_evidence_out_again(counter: Counter, changes: dict[str, Any]) -> None:
    await counter.submit(CHARGED_TWICE)
    await run(counter)
    [told] = [body for body in await said(counter.place, FindingRaised) if body.rule == "DOUBLE_CHARGING"]
    assert await differences(counter.place) == []
    other = told.model_copy(update={"finding": "F0", "evidence": told.evidence | changes})
    await counter.place.say(other, stream=lambda _: PERSON)
    assert any("evidence of F0" in difference for difference in await differences(counter.place))


async def test_a_cancelled_claim_is_not_looked_at(counter: Counter) -> None:
    await counter.submit(CHARGED_TWICE)
    await counter.post("/claims/C1/cancel", {"reason": "entered twice"})
    assert (await run(counter))["claims"] == 0


async def test_a_death_that_becomes_known_later_is_found(counter: Counter) -> None:
    await counter.submit(visit("V1", 10_000))
    await counter.place.hear(StatusChanged(person=PERSON, book=BOOK, status="deceased", since=date(2017, 2, 20)))
    await run(counter, {"month": "2017-05"})
    assert [(found["rule"], found["claim"]) for found in await findings(counter)] == [("PAID_AFTER_DEATH", "V1")]


async def test_who_dies_in_hospital_may_have_been_in_custody_before(counter: Counter) -> None:
    await counter.submit(claim())
    since = {"in_custody": date(2017, 2, 1), "deceased": date(2017, 2, 27)}
    await counter.place.hear(*(StatusChanged(person=PERSON, book=BOOK, status=s, since=d) for s, d in since.items()))  # type: ignore[arg-type]
    await run(counter)
    assert [found["claim"] for found in await findings(counter, "?rule=PAID_IN_CUSTODY")] == ["C1"]


async def test_a_finding_becomes_a_clawback_of_its_lines(counter: Counter) -> None:
    await counter.submit(CHARGED_TWICE)
    await run(counter)
    (found,) = await findings(counter, "?rule=DOUBLE_CHARGING")
    await take(counter, found)
    body = {"claim": "C1", "lines": found["evidence"]["lines"], "finding": found["finding"], "reason": "重复收费"}
    proposed = await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")
    (found,) = await findings(counter, "?rule=DOUBLE_CHARGING")
    assert (found["clawbacks"], found["status"]) == ([proposed.json()["clawback"]], "proposed")


async def test_a_clerk_does_not_run_supervision(counter: Counter) -> None:
    answer = await counter.post("/supervision/runs", MARCH)
    assert (answer.status_code, answer.json()["code"]) == (403, "WRONG_ROLE")


@pytest.mark.parametrize("body", [{}, {"day": "2017-03-01", "month": "2017-03"}, {"month": "2017-13"}])
async def test_a_run_of_no_day_and_no_month_is_refused(counter: Counter, body: dict[str, str]) -> None:
    answer = await counter.post("/supervision/runs", body, "shen.ji", "auditor")
    assert answer.status_code == 422


async def test_the_report_of_a_month_has_a_row_for_each_provider(counter: Counter) -> None:
    await counter.submit(claim("C1", line(1_500_000)), visit("V1", 10_000))
    report = (await counter.get("/reports/providers?month=2017-03")).json()
    (row,) = report["providers"]
    assert [row[name] for name in ("provider", "name", "claims", "mean_stay", "basic")] == [
        LEVEL_2.provider,
        LEVEL_2.name,
        2,
        1_500_000,
        1_117_500,
    ]


async def test_the_report_says_what_was_clawed_back_since(counter: Counter) -> None:
    await counter.submit(claim("C1", line(1_500_000)))
    body = {"claim": "C1", "amount": 12_500, "ground": "COMPLAINT", "reason": "重复收费"}
    proposed = await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")
    await counter.post(f"/clawbacks/{proposed.json()['clawback']}/approve", None, "zhao.liu", "approver")
    (row,) = (await counter.get("/reports/providers?month=2017-03")).json()["providers"]
    assert (row["clawed_back"], row["basic"]) == (12_500, 1_112_500)


async def test_the_report_can_be_of_the_poor_alone(counter: Counter) -> None:
    await counter.submit(claim())
    assert (await counter.get("/reports/providers?month=2017-03&tag=poor")).json()["providers"] == []


async def test_the_report_comes_as_a_workbook(counter: Counter) -> None:
    await counter.submit(claim())
    answer = await counter.get("/reports/providers?month=2017-03&format=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert [row[2].value for row in list(sheet.iter_rows())[3:]] == [LEVEL_2.name, "合计"]


async def test_a_report_that_ends_before_it_begins_is_refused(counter: Counter) -> None:
    answer = await counter.get("/reports/providers?month=2017-03&through=2017-02")
    assert (answer.status_code, answer.json()["code"]) == (422, "DATES_INVALID")
