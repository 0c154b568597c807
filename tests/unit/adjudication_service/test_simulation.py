"""Recorded claims under another rule pack (政策测算): what stays, what changes, and what the year then looks like."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import orjson
import pytest
from typer.testing import CliRunner, Result

from contracts.claims import Adjudicated, ClaimCancelled, ClaimSubmitted
from contracts.clawbacks import Clawback
from contracts.envelope import GENESIS, Body, Event, shard_of
from contracts.money import yuan
from services.adjudication.decide.clawback import clawback_of, left_after, reversal_of, spread
from services.adjudication.decide.facts import Facts
from services.adjudication.decide.judgement import adjudicated, judge, nothing_counted
from services.adjudication.decide.pack import Pack, build_pack
from services.adjudication.decide.result import Json
from services.adjudication.model import Year
from services.adjudication.offline.chart import NoChartsError, draw
from services.adjudication.offline.recorded import Span, compare
from services.adjudication.offline.simulate import Compared, Pair, Simulation, add_up
from services.adjudication.offline.variant import document, figures_of
from services.cli.pack import app
from tests.unit.adjudication.given_cases import a_case
from tests.unit.adjudication_service.given import FACTS, PACK, PERSON, RULES, claim, line, visit

ALWAYS = Span(None, None)
DEDUCTIBLE = "deductible.level_2"
TOLD = Year(basic=1_112_500, own_in_scope=387_500)
"""The year after the first stay of ``given``, as it was recorded."""


def with_values(values: Mapping[str, Json]) -> Pack:
    """The resident pack with other figures."""
    content = document(PACK)
    for ref, value in values.items():
        figures_of(content, ref)[-1]["value"] = value
    return build_pack(content)


def decided(form: ClaimSubmitted, facts: Facts = FACTS) -> Adjudicated:
    """The decision of the service on a claim."""
    judgement = judge(form, facts, PACK, RULES, "no")
    return adjudicated(form, facts, PACK, judgement, round_=1, seen=1, review=None)


def recorded(*forms: tuple[ClaimSubmitted, Facts] | ClaimSubmitted) -> list[Body]:
    """Claims and their decisions, as they stand in a log."""
    pairs = [form if isinstance(form, tuple) else (form, FACTS) for form in forms]
    return [body for form, facts in pairs for body in (form, decided(form, facts))]


def lines(bodies: Sequence[Body]) -> Iterator[bytes]:
    """The canonical lines of a shard."""
    for seq, body in enumerate(bodies, 1):
        text = body.canonical().decode()
        moment = datetime(2017, 3, 1, 9, tzinfo=UTC)
        columns = (shard_of(PERSON), seq, UUID(int=seq), PERSON, body.KIND, 1, text, "a", UUID(int=0), date(2017, 3, 1))
        yield Event(*columns, moment, GENESIS, GENESIS).line()


def again(bodies: Sequence[Body], pack: Pack = PACK, span: Span = ALWAYS) -> list[Compared]:
    return list(compare(lines(bodies), pack, span))


def test_under_the_same_pack_every_claim_costs_the_same() -> None:
    dead = FACTS._replace(status="deceased", status_since=date(2017, 1, 1))
    bodies = recorded(claim(), (visit("V1", 10_000), dead), (claim("C2"), FACTS._replace(year=TOLD)))
    compared = again(bodies)
    assert [each.before == each.after for each in compared] == [True, True, True]


def test_a_higher_deductible_costs_the_fund_less() -> None:
    (compared,) = again(recorded(claim()), with_values({DEDUCTIBLE: 150_000}))
    assert (compared.before["basic"], compared.after["basic"]) == (1_112_500, 1_037_500)


def test_the_year_is_carried_along_under_the_other_pack() -> None:
    second = claim("C2", invoice="I2"), FACTS._replace(year=TOLD)
    pack = with_values({DEDUCTIBLE: 150_000, "cap": 1_500_000})
    assert [each.after["basic"] for each in again(recorded(claim(), second), pack)] == [
        1_037_500,
        1_500_000 - 1_037_500,
    ]


def test_a_claim_that_was_decided_again_keeps_its_place_in_the_year() -> None:
    second = claim("C2", invoice="I2"), FACTS._replace(year=TOLD)
    newer = decided(claim()).model_copy(update={"round": 2, "supersedes": uuid4()})
    pack = with_values({DEDUCTIBLE: 150_000, "cap": 1_500_000})
    compared = again([*recorded(claim(), second), newer], pack)
    assert [each.after["basic"] for each in compared] == [1_037_500, 1_500_000 - 1_037_500]


def chronic(*stays: date) -> tuple[ClaimSubmitted, Facts]:
    """A visit for D01 that uses up whatever allowance the stays of the year leave."""
    facts = FACTS._replace(chronic=("D01",), stays=stays)
    return claim("C2", line(1_000_000), kind="chronic", admitted=None, discharged=None, disease="D01"), facts


def test_a_stay_that_the_other_pack_denies_takes_nothing_off_the_chronic_allowance() -> None:
    stay = claim()
    no_stays = with_values({"kinds.inpatient": ["level_3"]})
    compared = again(recorded(stay, chronic(date(2017, 2, 22))), no_stays)
    assert [(each.before["basic"], each.after["basic"]) for each in compared] == [(1_112_500, 0), (150_000, 300_000)]


def test_a_stay_that_only_the_other_pack_approves_is_taken_off_the_chronic_allowance() -> None:
    village = FACTS._replace(level="village")
    stays_there = with_values({"kinds.bed_day": ["village", "level_2"]})
    stay = claim(kind="bed_day", disease="B01")
    compared = again(recorded((stay, village), chronic()), stays_there)
    assert [(each.before["basic"], each.after["basic"]) for each in compared] == [(0, 77_000), (300_000, 150_000)]


def test_what_the_rule_pack_does_not_decide_stays_denied() -> None:
    dead = FACTS._replace(status="deceased", status_since=date(2017, 1, 1))
    (compared,) = again(recorded((claim(), dead)), with_values({DEDUCTIBLE: 0}))
    assert compared.after["fund"] == 0


def test_a_claim_that_waits_for_a_review_is_left_out() -> None:
    assert again(recorded(claim("C1", line(6_000_000)))) == []


def test_a_cancelled_claim_is_left_out() -> None:
    gone = ClaimCancelled(
        claim="C1",
        person=PERSON,
        book=claim().book,
        decision_id=None,
        counted=nothing_counted(claim()),
        account=0,
        reason="entered twice",
    )
    assert again([*recorded(claim()), gone]) == []


def taken(decision: Adjudicated, key: int, amount: int, *earlier: Clawback) -> Clawback:
    """A clawback of what is left of the decision in the ``key``-th line."""
    number = f"K{key}-{len(earlier)}"
    part = spread(left_after(decision, earlier), amount)
    return clawback_of(decision, UUID(int=key), number, part, finding=None, ground="COMPLAINT", reason="charged twice")


def cost(compared: Sequence[Compared]) -> Pair:
    [(_, pair)] = add_up(compared).of("all")
    return pair


def layer(compared: Sequence[Compared], name: str) -> Pair:
    return dict(add_up(compared).of("layer"))[name]


def test_what_was_taken_back_of_a_claim_is_no_cost_and_is_shown() -> None:
    form, decision = recorded(claim())
    assert cost(again([form, decision, taken(decision, 2, 112_500)])) == Pair(1, 1_000_000, 1_000_000, 112_500)


def test_what_was_given_back_on_appeal_costs_as_it_was_decided() -> None:
    form, decision = recorded(claim())
    back = taken(decision, 2, 112_500)
    bodies = [form, decision, back, reversal_of(back, "two visits")]
    assert cost(again(bodies)) == Pair(1, 1_112_500, 1_112_500, 0)


def test_of_two_clawbacks_the_one_that_was_not_undone_is_taken() -> None:
    form, decision = recorded(claim())
    first = taken(decision, 2, 112_500)
    second = taken(decision, 2, 1_000, first)
    bodies = [form, decision, first, second, reversal_of(first, "two visits")]
    assert cost(again(bodies)) == Pair(1, 1_111_500, 1_111_500, 1_000)


def test_under_another_pack_the_same_is_taken_back() -> None:
    form, decision = recorded(claim())
    pack = with_values({DEDUCTIBLE: 150_000})
    bodies = [form, decision, taken(decision, 2, 112_500)]
    assert cost(again(bodies, pack)) == Pair(1, 1_000_000, 925_000, 112_500)


def test_no_more_is_taken_back_than_the_other_pack_pays() -> None:
    form, decision = recorded(claim())
    pack = with_values({DEDUCTIBLE: 1_500_000})
    bodies = [form, decision, taken(decision, 2, 1_100_000)]
    assert cost(again(bodies, pack)) == Pair(1, 12_500, 0, 1_100_000)


def test_a_clawback_of_a_decision_that_another_took_the_place_of_is_not_counted_twice() -> None:
    form, decision = recorded(claim())
    old = taken(decision, 2, 112_500)
    newer = decided(claim()).model_copy(update={"round": 2, "supersedes": UUID(int=2)})
    rest = taken(decision, 2, 1_000_000, old)
    repeated = taken(newer, 4, 112_500)
    assert cost(again([form, decision, old, newer, rest, repeated])) == Pair(1, 1_000_000, 1_000_000, 112_500)


def test_what_was_taken_back_is_taken_off_the_layer_that_paid_it() -> None:
    form, decision = recorded((claim(), FACTS._replace(tags=("poor",))))
    back = taken(decision, 2, 500_000)
    compared = again([form, decision, back])
    assert back.split.assistance > 0
    assert layer(compared, "assistance") == Pair(
        1, *[decision.amounts.assistance - back.split.assistance] * 2, back.split.assistance
    )
    assert layer(compared, "basic") == Pair(1, *[decision.amounts.basic - back.split.basic] * 2, back.split.basic)


def test_the_year_of_later_claims_is_carried_along_without_what_was_taken_back() -> None:
    form, decision = recorded(claim())
    back = taken(decision, 2, 1_112_500)
    later = claim("C2", invoice="I2"), FACTS._replace(year=Year(basic=500_000))
    pack = with_values({DEDUCTIBLE: 150_000, "cap": 1_500_000})
    compared = again([form, decision, back, *recorded(later)], pack)
    assert [each.after["basic"] for each in compared] == [1_037_500, 1_500_000 - 500_000]


def test_a_claim_decided_before_the_clawback_keeps_the_year_that_it_was_decided_on() -> None:
    form, decision = recorded(claim())
    later = claim("C2", invoice="I2"), FACTS._replace(year=Year(basic=1_112_500))
    pack = with_values({DEDUCTIBLE: 150_000, "cap": 1_500_000})
    compared = again([form, decision, *recorded(later), taken(decision, 2, 1_112_500)], pack)
    assert [each.after["basic"] for each in compared] == [1_037_500, 1_500_000 - 1_037_500]


def test_the_command_shows_what_was_decided_and_what_was_taken_back(tmp_path: Path) -> None:
    form, decision = recorded(claim())
    result = simulated(tmp_path, [form, decision, taken(decision, 2, 112_500)])
    row = next(line for line in result.stdout.splitlines() if "合计" in line)
    assert re.findall(r"[0-9,]+\.[0-9]{2}", row)[:4] == ["11,125.00", "1,125.00", "10,000.00", "10,000.00"]
    assert result.stdout.splitlines()[-1] == "预算 20,000.00 元, 结余: 原 10,000.00, 新 10,000.00"


def test_claims_of_another_time_are_left_out() -> None:
    assert again(recorded(claim()), span=Span(date(2017, 3, 2), None)) == []


def simulated(directory: Path, bodies: Sequence[Body]) -> Result:
    """Let the command look at an archive of these, with a budget of 20,000 yuan."""
    file = directory / "adjudication" / f"{shard_of(PERSON)}.ndjson"
    file.parent.mkdir()
    file.write_bytes(b"".join(line + b"\n" for line in lines(bodies)))
    return CliRunner().invoke(app, ["simulate", "--pack", PACK.name, "--archive", str(directory), "--budget", "20000"])


def test_an_archive_is_simulated_by_the_command(tmp_path: Path) -> None:
    result = simulated(tmp_path, recorded(claim()))
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (
        0,
        "预算 20,000.00 元, 结余: 原 8,875.00, 新 8,875.00",
    )


def test_on_a_narrow_screen_every_amount_is_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    large = orjson.dumps(a_case())
    result = CliRunner().invoke(app, ["simulate", "--pack", PACK.name], input=large)
    assert ("57,490.00" in result.stdout, "…" in result.stdout) == (True, False)


def test_a_chart_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    arguments = ["simulate", "--pack", PACK.name, "--chart", str(tmp_path / "nowhere" / "chart.png")]
    result = CliRunner().invoke(app, arguments, input=orjson.dumps(a_case()))
    assert (result.exit_code, result.stderr.startswith("the chart cannot be drawn")) == (2, True)


def test_a_case_that_says_a_key_twice_is_told_and_left_out() -> None:
    good = orjson.dumps(a_case())
    result = CliRunner().invoke(
        app, ["simulate", "--pack", PACK.name], input=good[:-1] + b',"on":"2017-05-20"}\n' + good
    )
    assert ("p1: DUPLICATE_KEY on" in result.stderr, "不变 1" in result.stdout) == (True, True)


def test_a_time_that_ends_before_it_begins_is_refused() -> None:
    asked = ["simulate", "--pack", PACK.name, "--from", "2017-02-01", "--to", "2017-01-31"]
    result = CliRunner().invoke(app, asked, input="")
    assert (result.exit_code, "--to" in result.stderr) == (2, True)


def test_a_budget_that_is_no_amount_is_refused() -> None:
    result = CliRunner().invoke(app, ["simulate", "--pack", PACK.name, "--budget", "1.005"], input="")
    assert (result.exit_code, "--budget" in result.stderr) == (2, True)


@pytest.fixture
def outcome() -> Simulation:
    return add_up(again(recorded(claim()), with_values({DEDUCTIBLE: 150_000})))


def test_the_chart_is_a_page_that_holds_its_picture(outcome: Simulation, tmp_path: Path) -> None:
    draw(outcome, "政策测算", ["<note>"], None, tmp_path / "chart.html")
    page = (tmp_path / "chart.html").read_text(encoding="utf-8")
    assert ("<svg" in page, "&lt;note&gt;" in page, "<?xml" in page) == (True, True, False)


def test_the_chart_is_a_picture(outcome: Simulation, tmp_path: Path) -> None:
    draw(outcome, "政策测算", [], None, tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


def test_the_chart_shows_how_many_gain_and_lose(outcome: Simulation, tmp_path: Path) -> None:
    draw(outcome, "政策测算", [], None, tmp_path / "chart.html")
    assert "<!-- own part lower 0, higher 1, the same 0 -->" in (tmp_path / "chart.html").read_text(encoding="utf-8")


def test_the_chart_shows_what_either_pack_leaves_of_the_budget(outcome: Simulation, tmp_path: Path) -> None:
    draw(outcome, "政策测算", [], 2_000_000, tmp_path / "chart.html")
    page = (tmp_path / "chart.html").read_text(encoding="utf-8")
    before, after = (
        2_000_000 - sum(getattr(pair, when) for _, pair in outcome.of("all")) for when in ("before", "after")
    )
    assert f"<!-- all; budget 20,000.00 yuan, left: old {yuan(before)}, new {yuan(after)} -->" in page


def test_a_chart_without_a_budget_draws_none(outcome: Simulation, tmp_path: Path) -> None:
    draw(outcome, "政策测算", [], None, tmp_path / "chart.html")
    assert "budget" not in (tmp_path / "chart.html").read_text(encoding="utf-8")


def test_the_amounts_under_the_chart_are_written_out(tmp_path: Path) -> None:
    outcome = add_up(again(recorded(claim("C1", line(4_900_000)))))
    draw(outcome, "政策测算", [], 400_000_000, tmp_path / "chart.html")
    page = (tmp_path / "chart.html").read_text(encoding="utf-8")
    assert ("<!-- 2,000,000 -->" in page, "1e6" in page) == (True, False)


def test_without_matplotlib_a_chart_says_what_to_install(
    outcome: Simulation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(NoChartsError, match=r"claims-ledger\[charts\]"):
        draw(outcome, "政策测算", [], None, tmp_path / "chart.png")
