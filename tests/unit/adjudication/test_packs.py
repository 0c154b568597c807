"""A rule pack that could mean two things is refused (规则包装载)."""

import shutil
from pathlib import Path

import pytest

from services.adjudication.decide import PackError, parse_pack
from services.adjudication.packs import load_pack, shipped
from services.adjudication.packs.reader import HERE

ORIGINAL = HERE / "340706-resident"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of a good pack, to be spoiled."""
    return Path(shutil.copytree(ORIGINAL, tmp_path / "pack"))


def spoil(pack: Path, file: str, old: str, new: str) -> None:
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    "file, old, new, code",
    [
        ("deductible.yaml", "value: 15_000", "value: 150.00", "FLOAT"),
        ("deductible.yaml", "value: 15_000", "value: -15_000", "NOT_AN_INTEGER"),
        ("deductible.yaml", "value: 15_000", 'value: "15_000"', "NOT_AN_INTEGER"),
        ("deductible.yaml", "value: 15_000", "value: 015000", "NOT_AN_INTEGER"),
        ("deductible.yaml", "value: 15_000", "value: 4:10:00", "NOT_AN_INTEGER"),
        ("deductible.yaml", "value: 15_000", "value: 0x3A98", "NOT_AN_INTEGER"),
        ("deductible.yaml", "value: 15_000", "value: 1_50_00", "NOT_AN_INTEGER"),
        ("deductible.yaml", "value: 15_000", "value: " + "9" * 5_000, "NOT_AN_INTEGER"),
        ("deductible.yaml", "unit: fen", "unit: yuan", "UNKNOWN_UNIT"),
        ("deductible.yaml", "deductible.level_1:", "? [deductible.level_1]\n:", "NOT_TEXT"),
        ("deductible.yaml", "deductible.level_1:", "yes:", "NOT_TEXT"),
        ("deductible.yaml", "term: 乡镇卫生院起付线", "term:", "NOT_TEXT"),
        ("deductible.yaml", "term: 乡镇卫生院起付线", 'term: "\\0"', "NOT_TEXT"),
        ("deductible.yaml", "  values:\n", "  values: 7\ndeductible.village:\n", "NOT_A_LIST"),
        ("deductible.yaml", "  values:\n", "  values: []\ndeductible.village:\n", "NOT_A_LIST"),
        ("deductible.yaml", "deductible.township:", "deductible.townhip:", "UNKNOWN_KEY"),
        ("deductible.yaml", "deductible.level_1:", "deductible.township:", "DUPLICATE_KEY"),
        ("deductible.yaml", "deductible.level_1:", "cap:", "DUPLICATE_KEY"),
        ("deductible.yaml", "deductible.level_1:", "deductible.village:", "MISSING_VALUE"),
        ("deductible.yaml", "since: 2017-01-01", "since: 2016-12-31", "DATES_OUT_OF_ORDER"),
        ("deductible.yaml", "since: 2017-01-01", "since: 2017-13-01", "NOT_A_DATE"),
        ("deductible.yaml", "since: 2017-01-01", "since: 20170101", "NOT_A_DATE"),
        ("deductible.yaml", "since: 2017-01-01", "since: 2017-W01-1", "NOT_A_DATE"),
        ("deductible.yaml", "      status: assumed\n", "", "NO_REASON"),
        ("deductible.yaml", "reason: 原文未印起付线; 借用南充乡镇起付线", "reason: 5", "NOT_TEXT"),
        ("deductible.yaml", "status: assumed", "status: guessed", "NO_REASON"),
        ("deductible.yaml", "      source: ", "      origin: ", "WRONG_KEYS"),
        ("chronic.yaml", "source: 义安区共享发展工作总结2017 (0-10)", 'source: ""', "NO_SOURCE"),
        ("chronic.yaml", "source: 义安区共享发展工作总结2017 (0-10)", 'source: " "', "NOT_TEXT"),
        ("chronic.yaml", "since: 2017-07-01", "since: 2017-01-01", "DATES_OUT_OF_ORDER"),
        ("chronic.yaml", "value: halved", "value: thirds", "UNKNOWN_WORD"),
        ("chronic.yaml", "class: 1", "class: 3", "UNKNOWN_CLASS"),
        ("chronic.yaml", "class: 1", "class: true", "NOT_AN_INTEGER"),
        ("chronic.yaml", "class: 1, ", "", "WRONG_KEYS"),
        ("basic.yaml", "over: 1_000_000", "over: 1_000_001", "BAND_GAP"),
        ("basic.yaml", "over: 1_000_000", "over: 999_999", "BAND_OVERLAP"),
        ("basic.yaml", "over: 0, upto", "over: 1, upto", "BAND_GAP"),
        ("basic.yaml", "over: 0, rate", "over: 0, upto: 5, rate", "BAND_GAP"),
        (
            "basic.yaml",
            "{over: 0, upto: 1_000_000, rate: 7500}",
            "{<<: {over: 0, rate: 9_900}, rate: 7500}",
            "NOT_TEXT",
        ),
        ("basic.yaml", "rate: 8500", "rate: 10_001", "NOT_AN_INTEGER"),
        ("basic.yaml", "cap:", "ceiling:", "UNKNOWN_KEY"),
        ("kinds.yaml", "[township, ", "[hamlet, ", "NOT_LEVELS"),
        ("kinds.yaml", "[township, ", "[{a: b}, ", "NOT_LEVELS"),
        ("kinds.yaml", "[township, ", "[village, township, ", "MISSING_VALUE"),
        ("pack.yaml", "in_force: 2017-01-01", "in_force: 20170101", "NOT_A_DATE"),
        ("pack.yaml", 'region: "340706"', "region: 340706", "NOT_TEXT"),
        ("pack.yaml", 'region: "340706"', 'region: "340707"', "WRONG_NAME"),
        ("pack.yaml", "rounding: half_up", "rounding: half_even", "UNKNOWN_UNIT"),
        ("pack.yaml", "scheme: resident\n", "", "MISSING_KEY"),
        ("pack.yaml", "scheme: resident\n", "scheme: resident\nmotto: none\n", "UNKNOWN_KEY"),
        ("quota.yaml", "quota.diseases:", "quota.diseases: [", "NOT_YAML"),
    ],
)
def test_a_spoiled_pack_is_refused(pack: Path, file: str, old: str, new: str, code: str) -> None:
    spoil(pack, file, old, new)
    with pytest.raises(PackError) as refused:
        load_pack(pack)
    assert refused.value.faults[0].code == code


def test_a_file_that_is_not_utf_8_is_refused(pack: Path) -> None:
    (pack / "deductible.yaml").write_bytes("# 起付线".encode("gbk"))
    with pytest.raises(PackError, match="UTF-8"):
        load_pack(pack)


def test_a_file_with_the_other_ending_is_not_left_out(pack: Path) -> None:
    (pack / "critical.yaml").rename(pack / "critical.yml")
    assert load_pack(pack).id == load_pack(ORIGINAL).id


def test_published_content_with_a_fraction_is_refused(pack: Path) -> None:
    content = load_pack(pack).content.replace(b'"class":1', b'"class":1.0')
    with pytest.raises(PackError, match="NOT_AN_INTEGER"):
        parse_pack(content)


def test_published_content_that_says_a_key_twice_is_refused(pack: Path) -> None:
    content = load_pack(pack).content.replace(b'"class":1', b'"class":2,"class":1', 1)
    with pytest.raises(PackError, match="DUPLICATE_KEY"):
        parse_pack(content)


def test_published_content_that_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(PackError, match="TOO_DEEP"):
        parse_pack('{"name":' + "[" * 1_020 + "]" * 1_020 + "}")


def test_a_directory_without_a_header_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="NO_FILE"):
        load_pack(tmp_path)


@pytest.mark.parametrize("name", shipped())
def test_a_published_pack_is_the_same_pack(name: str) -> None:
    assert parse_pack(shipped()[name].content).id == shipped()[name].id


def test_the_order_of_keys_and_files_does_not_change_the_id(pack: Path) -> None:
    (pack / "deductible.yaml").rename(pack / "zz.yaml")
    assert load_pack(pack).id == load_pack(ORIGINAL).id


def test_a_changed_figure_is_another_pack(pack: Path) -> None:
    spoil(pack, "deductible.yaml", "value: 15_000", "value: 15_001")
    assert load_pack(pack).id != load_pack(ORIGINAL).id


def test_all_faults_of_a_pack_are_told_at_once(pack: Path) -> None:
    spoil(pack, "deductible.yaml", "value: 15_000", "value: -1")
    spoil(pack, "quota.yaml", "fen: 500_000", "fen: none")
    with pytest.raises(PackError) as refused:
        load_pack(pack)
    assert len(refused.value.faults) == 2
