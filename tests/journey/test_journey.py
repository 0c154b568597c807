"""From enrolment to the sealed month: what a small town's three days leave behind."""

from typing import Any

import orjson
import pytest

from contracts.topics import SERVICES, Service
from services.cli.audit.replay import Report
from services.cli.demo import finale, report
from services.cli.demo.people import AUDITOR
from tests.journey.town import DAYS, Town

MONTH = "2017-03"
SHAPE = {
    "persons": int,
    "claims": {"submitted": int, "approved": int, "denied": int, "pended": int},
    "payments": {"lines": int, "confirmed": int, "returned": int, "repaid": int},
    "days": [{"day": str, "sealed": bool, "entries": int, "root": str, "bank_difference": int}] * len(DAYS),
    "months": [{"month": str, "sealed": bool, "root": str}],
    "trial_balance_zero": bool,
    "clawbacks": int,
    "audit": {"events": int, "entries": int, "differences": int, "roots_equal": bool, "seconds": float},
    "totals": {"billed": int, "fund": int, "hospital": int, "person": int},
    "seconds": float,
}
"""What a report is made of: names as they are, and a type for every value."""


@pytest.fixture(scope="module")
def audited(town: Town) -> Report:
    """What an auditor says of the town."""
    return town.audit()


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return [shape(one) for one in value] if isinstance(value, list) else type(value)


def test_every_day_is_sealed_and_the_month_over_them(town: Town) -> None:
    sealed = town.desk.look(AUDITOR, "ledger", f"/periods/{MONTH}")

    assert list(town.day_roots) == [day.isoformat() for day in DAYS]
    assert (sealed["month"], sealed["root"]) == (MONTH, town.desk.tally.months[0]["root"])


def test_the_bank_reconciliation_of_every_day_is_explained_to_the_fen(town: Town) -> None:
    assert [day["bank_difference"] for day in town.desk.tally.days] == [0, 0, 0]


def test_what_is_unusual_happened_too(town: Town) -> None:
    tally = town.desk.tally

    assert tally.pended > 0
    assert tally.returned > 0
    assert (tally.repaid, tally.clawbacks) == (1, 1)


def test_what_supervision_found_was_taken_back_or_closed_as_groundless(town: Town) -> None:
    raised = town.desk.look(AUDITOR, "adjudication", "/supervision/findings", limit=5_000)["findings"]
    assert {one["status"] for one in raised} == {"open", "upheld", "closed"}


def test_one_contribution_came_that_is_dated_in_a_sealed_day(town: Town) -> None:
    said = [orjson.loads(line) for _, line in town.lines("enrollment")]
    received = [event for event in said if event["kind"] == "ContributionReceived"]
    dates = [(event["body"]["value_date"], event["business_date"]) for event in received]

    assert [(on, booked) for on, booked in dates if on < booked] == [(DAYS[0].isoformat(), DAYS[1].isoformat())]


def test_every_claim_is_approved_or_denied_in_the_end(town: Town, audited: Report) -> None:
    handed_in = sum(len(claims) for claims in town.desk.scenario.claims.values())

    assert audited.outcomes.keys() == {"approved", "denied"}
    assert audited.outcomes.total() == handed_in


def test_every_fen_that_was_billed_is_borne_by_somebody(audited: Report) -> None:
    totals = audited.totals

    assert totals["billed"] == totals["fund"] + totals["hospital"] + totals["person"]


def test_debits_and_credits_are_equal_in_every_book(town: Town) -> None:
    assert finale.trial_balances_are_zero(town.desk)


def test_an_auditor_gets_the_same_amounts_entries_and_roots_from_the_logs_alone(audited: Report) -> None:
    assert (audited.differences, list(audited.first)) == (0, [])
    assert audited.roots_equal
    assert audited.seals == len(DAYS) + 1


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_is_wiped_and_folded_from_the_logs_holds_the_same_bytes(town: Town, service: Service) -> None:
    done = town.run(service, "rebuild", service, COLUMNS="200")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "equal" in done.stdout


def test_the_report_has_the_promised_shape(town: Town, audited: Report) -> None:
    made = report.content(town.desk, audited, zero=True, seconds=1.0)

    assert shape(made) == SHAPE


def test_a_cell_of_the_fund_statement_is_followed_down_to_the_rule(town: Town) -> None:
    links = [link.what.strip() for link in finale.trace(town.desk)]

    wanted = ["statement cell", "voucher", "line", "cause", "bank line", "claim", "rule pack", "rule"]
    assert list(dict.fromkeys(links)) == wanted
    assert links[-1] == "rule"
