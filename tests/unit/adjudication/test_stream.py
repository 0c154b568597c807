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
