"""The tools around packs find what they are there to find (规则包工具)."""

import contextlib
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from services.adjudication.decide.check import check_case
from services.adjudication.decide.correction import changed_since
from services.adjudication.decide.figure import PackError
from services.adjudication.decide.pack import Pack, build_pack
from services.adjudication.offline import adjudicate, stream
from services.adjudication.offline.book import book
from services.adjudication.offline.cases import read_examples
from services.adjudication.offline.commands import app
from services.adjudication.offline.diff import diff
from services.adjudication.offline.lint import benefit_findings, case_findings, lint, reading_findings
from services.adjudication.offline.mutate import mutants, survivors
from services.adjudication.offline.simulate import Pair, simulate
from services.adjudication.offline.variant import document, figures_of, with_readings
from services.adjudication.packs import shipped
from tests.unit.adjudication.given_cases import a_case

REPOSITORY = Path(__file__).parents[3]
CASES = REPOSITORY / "tests" / "cases"


def examples(pack: Pack) -> list:
    return read_examples(CASES / pack.name)


def with_value(pack: Pack, ref: str, value: object) -> Pack:
    content = document(pack)
    figures_of(content, ref)[-1]["value"] = value
    return build_pack(content)


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_pack_has_no_error_and_every_figure_has_a_case_that_notices_its_change(name: str) -> None:
    pack = shipped()[name]
    assert [finding for finding in lint(pack, examples(pack)) if finding.error] == []


def test_a_pack_with_assumed_values_cannot_go_live() -> None:
    pack = shipped()["510800-employee"]
    assert {finding.code for finding in lint(pack, examples(pack), strict=True) if finding.error} == {"ASSUMED"}


def test_without_a_directory_of_cases_nothing_is_called_untested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["pack", "lint", "510800-employee"])
    assert (result.exit_code, "UNTESTED" in result.stdout, "--cases" in result.stderr) == (2, False, True)


@pytest.mark.parametrize(
    "spoilt, said",
    [(b"about: more\nabout: again\n", "DUPLICATE_KEY"), (b"about: more\nusual: {}\n", "must have exactly")],
)
def test_a_file_of_cases_that_is_spoilt_ends_lint_with_a_sentence(tmp_path: Path, spoilt: bytes, said: str) -> None:
    directory = tmp_path / "510800-employee"
    directory.mkdir()
    (directory / "more.yaml").write_bytes(spoilt)
    result = CliRunner().invoke(app, ["pack", "lint", directory.name, "--cases", str(tmp_path)])
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_figure_without_a_case_is_found() -> None:
    pack = shipped()["510800-employee"]
    without = [example for example in examples(pack) if example.file != "stays.yaml"]
    assert "supplement.rate@2008-01-01 changed" in survivors(pack, without)


def test_a_reading_without_a_case_is_found() -> None:
    pack = shipped()["510800-employee"]
    without = [example for example in examples(pack) if not example.reading]
    assert {finding.place for finding in reading_findings(pack, without)} == {"reading.bands", "reading.deductible"}


def test_a_benefit_that_jumps_is_found() -> None:
    jumping = with_readings(shipped()["340706-resident"], {"bands": "whole"})
    assert "JUMP" in {finding.code for finding in benefit_findings(jumping)}


def test_a_layer_that_begins_with_a_jump_is_found() -> None:
    jumping = with_readings(shipped()["340706-resident"], {"critical_entry": "after_cap"})
    assert "JUMP" in {finding.code for finding in benefit_findings(jumping)}


def test_a_benefit_that_falls_is_found() -> None:
    bands = [{"over": 0, "upto": 1_000_000, "rate": 8_000}, {"over": 1_000_000, "rate": 7_000}]
    falling = with_value(with_readings(shipped()["340706-resident"], {"bands": "whole"}), "basic.level_2", bands)
    assert "FALLING" in {finding.code for finding in benefit_findings(falling)}


def test_a_case_that_no_longer_holds_is_found() -> None:
    pack = shipped()["510800-employee"]
    failing = case_findings(with_value(pack, "supplement.rate", 8_000), examples(pack))
    assert "stays.yaml: 工作实例八, 三级医院十万元" in {finding.place for finding in failing}


def test_a_waiver_that_is_switched_off_waives_nothing() -> None:
    pack = with_value(shipped()["511300-resident"], "waived.in_county.poor", False)
    failing = case_findings(pack, examples(pack))
    assert "poverty.yaml: 工作实例七, 县域内建档立卡零支付" in {finding.place for finding in failing}


def test_two_packs_differ_in_the_value_that_was_changed() -> None:
    pack = shipped()["340706-resident"]
    (change,) = diff(pack, with_value(pack, "cap", 17_000_000))
    assert (change.place, change.before, change.after) == ("cap@2017-01-01", 16_000_000, 17_000_000)


def test_a_difference_is_said_in_yuan_percent_and_words() -> None:
    pack = shipped()["340706-resident"]
    said = [str(change) for change in diff(pack, shipped()["510800-employee"])]
    assert "cap@2017-01-01 基本医疗年度封顶线: 160,000元 -> 无 (本系统设定 (packs.md §3))" in said
    assert "in_force 施行日期: 2017-01-01 -> 2008-01-01 (pack.yaml)" in said
    assert [line for line in said if "None" in line or "{" in line] == []


@pytest.mark.parametrize("name", shipped())
def test_of_whatever_figure_is_corrected_it_is_known_since_when(name: str) -> None:
    pack = shipped()[name]
    for place, content in mutants(pack):
        with contextlib.suppress(PackError):
            expected = place.partition("@")[2][:10] or str(pack.in_force)
            assert (place, str(changed_since(pack, build_pack(content)))) == (place, expected)


def test_the_rule_book_says_what_the_packs_say() -> None:
    assert (REPOSITORY / "docs" / "rules.md").read_text(encoding="utf-8") == book(shipped().values())


def test_the_command_decides_the_same_as_the_function() -> None:
    line = orjson.dumps(a_case())
    out = io.BytesIO()
    adjudicate(io.BytesIO(line), out)
    assert CliRunner().invoke(app, ["adjudicate"], input=line).stdout_bytes == out.getvalue()


def test_results_that_cannot_be_written_end_the_command_with_a_sentence() -> None:
    command = [sys.executable, "-m", "services.adjudication.offline", "adjudicate"]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, input=orjson.dumps(a_case()), stdout=full, stderr=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stderr.count(b"\n"), b"No space left" in ended.stderr) == (2, 1, True)


def test_the_command_names_an_unknown_pack_and_ends_with_two() -> None:
    result = CliRunner().invoke(app, ["adjudicate", "--pack", "nowhere"], input=b"")
    assert result.exit_code == 2
    assert "UNKNOWN_PACK" in result.stderr


def test_an_id_that_several_packs_begin_with_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = list(shipped().values())[:2]
    alike = {one.name: one, other.name: replace(other, id=one.id[:6] + other.id[6:])}
    monkeypatch.setattr(stream, "shipped", lambda: alike)
    result = CliRunner().invoke(app, ["pack", "diff", one.id[:6], other.name])
    assert (result.exit_code, "AMBIGUOUS_PACK" in result.stderr) == (2, True)


def test_a_simulation_adds_up_both_packs_and_counts_who_gains() -> None:
    old = shipped()["340706-resident"]
    lower_start = with_value(old, "critical.start", 1_000_000)
    outcome = simulate([check_case(a_case(), {old.name})], old, lower_start)
    assert outcome.groups[("layer", "critical")] == Pair(1, 251_000, 751_000, 0)
    assert (outcome.winners, outcome.losers, outcome.unchanged) == (1, 0, 0)


def test_every_case_of_a_simulation_stands_in_one_decile_of_its_burden() -> None:
    pack = shipped()["340706-resident"]
    cases = [example.case for example in examples(pack)]
    groups = simulate(cases, pack, pack).groups
    assert sum(pair.cases for (kind, _), pair in groups.items() if kind == "decile") == len(cases)
