"""A file of cases is decided line by line, whatever its lines are (离线批量核定)."""

import io

import orjson
import pytest

from services.adjudication.decide import PackError
from services.adjudication.offline import Counts, adjudicate, stream
from services.adjudication.packs.reader import HERE
from tests.unit.adjudication.given_cases import a_case


def decided(*lines: bytes, pack: str | None = None) -> list[dict]:
    out = io.BytesIO()
    adjudicate(io.BytesIO(b"\n".join(lines)), out, pack)
    return [orjson.loads(line) for line in out.getvalue().splitlines()]


def test_a_case_comes_out_with_its_amounts_and_its_trace() -> None:
    (result,) = decided(orjson.dumps(a_case()))
    assert list(result) == ["case", "outcome", "reason", "amounts", "trace"]
    assert (result["amounts"]["basic"], result["amounts"]["critical"]) == (5_498_000, 251_000)


def test_a_bad_line_becomes_an_error_line_and_the_run_goes_on() -> None:
    good = orjson.dumps(a_case())
    results = decided(b"{", b"[]", b'{"case":"x"}', b"\xff\xfe", b"1", good)
    assert [result.get("error", {}).get("code") for result in results] == [
        "NOT_JSON",
        "NOT_AN_OBJECT",
        "MISSING",
        "NOT_JSON",
        "NOT_AN_OBJECT",
        None,
    ]


@pytest.mark.parametrize("name", ["case", "in_county", "amount", "basic", "D01"])
def test_a_key_that_is_given_twice_is_an_error_line(name: str) -> None:
    good = orjson.dumps(a_case(ytd={"basic": 0, "chronic": {"D01": 5}}))
    start = good.index(b'"%b":' % name.encode())
    end = min(at for mark in b",}" if (at := good.find(mark, start)) > 0)
    twice = good[:end] + b", " + good[start:end] + good[end:]
    first, after = decided(twice, good)
    assert first["case"] == "p1"
    assert (first["error"]["code"], first["error"]["field"]) == ("DUPLICATE_KEY", name)
    assert after["outcome"] == "approved"


def test_a_colon_in_a_text_and_fields_that_nobody_reads_do_no_harm() -> None:
    case = a_case(case='a:"1":2', note={"by": ["me", {"at": "9:30"}]}, large=2**63)
    assert decided(orjson.dumps(case))[0]["outcome"] == "approved"


@pytest.mark.parametrize("depth", [900, 1_000, 1_020])
def test_however_deep_what_nobody_reads_is_nested_the_run_goes_on(depth: int) -> None:
    good = orjson.dumps(a_case())
    nested = good[:-1] + b',"note":' + b"[" * depth + b"]" * depth + b"}"
    assert decided(nested, good)[1]["outcome"] == "approved"


def test_a_birthday_beyond_the_calendar_ends_nothing() -> None:
    born = {"birth": "9990-01-01", "tags": [], "chronic": [], "account_balance": 0}
    stay = a_case()["claim"] | {"disease": "S01"}
    case = a_case(pack="511300-resident", person=born, claim=stay)
    results = decided(orjson.dumps(case), orjson.dumps(a_case()))
    assert [result["outcome"] for result in results] == ["approved", "approved"]


def test_blank_lines_are_skipped_and_the_last_line_needs_no_end() -> None:
    assert len(decided(b"", b"  ", orjson.dumps(a_case()))) == 1


def test_every_line_is_counted_once() -> None:
    lines = [orjson.dumps(a_case()), orjson.dumps(a_case(on="2017-05-21")), b"?"]
    assert adjudicate(io.BytesIO(b"\n".join(lines)), io.BytesIO()) == Counts(approved=1, denied=1, errors=1)


def test_deeply_nested_input_is_an_error_line() -> None:
    nested = b'{"case":"deep","person":' + b"[" * 900 + b"]" * 900 + b"}"
    assert decided(nested)[0]["error"]["field"] == "person"


def test_a_line_that_is_too_long_is_skipped_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST_LINE", 2_000)
    results = decided(b'"' + b"x" * 9_000 + b'"', orjson.dumps(a_case()))
    assert [result.get("error", {}).get("code") for result in results] == ["LINE_TOO_LONG", None]


def test_a_pack_directory_stands_in_for_the_shipped_pack_of_that_name() -> None:
    (result,) = decided(orjson.dumps(a_case()), pack=str(HERE / "340706-resident"))
    assert result["outcome"] == "approved"


def test_an_unknown_pack_stops_before_the_first_case() -> None:
    with pytest.raises(PackError, match="UNKNOWN_PACK"):
        adjudicate(io.BytesIO(orjson.dumps(a_case())), io.BytesIO(), "no-such-pack")
