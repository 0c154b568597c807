"""JSON is read strictly: what is good passes unchanged, what is doubtful is refused by name and place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.errors import BadInput
from services.chassis.strict_json import DEEPEST, LARGEST_INTEGER, decimals_as_text, strict_json

WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=10)
LEAVES = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | WORDS
KEYS = st.text("abcdefgh_", max_size=5)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


def refusal(text: str | bytes) -> BadInput:
    with pytest.raises(BadInput) as caught:
        strict_json(text.encode() if isinstance(text, str) else text)
    return caught.value


@given(VALUES)
def test_what_is_written_without_fractions_is_read_back_unchanged(value: object) -> None:
    assert strict_json(json.dumps(value).encode()) == value


TEXTS = st.text('ab:,"\\{} 医', max_size=4)
MEMBERS = st.lists(st.tuples(TEXTS, TEXTS | st.integers(-9, 9), st.sampled_from([":", " : ", ":\n"])), max_size=4)


@given(MEMBERS, st.booleans())
def test_an_object_is_read_when_no_key_comes_twice_and_only_then(
    members: list[tuple[str, object, str]], inside_a_list: bool
) -> None:
    text = ",".join(f"{json.dumps(key)}{colon}{json.dumps(value)}" for key, value, colon in members)
    data = (f"[{{{text}}}]" if inside_a_list else f"{{{text}}}").encode()
    keys = [key for key, _, _ in members]
    if len(set(keys)) == len(keys):
        assert strict_json(data) == json.loads(data)
    else:
        assert refusal(data).code == "DUPLICATE_KEY"


@pytest.mark.parametrize(
    "text, code, field",
    [
        ('{"amount": 1, "amount": 2}', "DUPLICATE_KEY", "amount"),
        ('{"lines": [{"a": 1}, {"a": 1, "b": 2, "a": 3}]}', "DUPLICATE_KEY", "lines.1.a"),
        ('{"lines": [{"amount": 12.5}]}', "NOT_AN_INTEGER", "lines.0.amount"),
        ('{"amount": 1.0}', "NOT_AN_INTEGER", "amount"),
        ('{"amount": 1e3}', "NOT_AN_INTEGER", "amount"),
        ('{"amount": 1e999}', "NOT_AN_INTEGER", "amount"),
        ('{"amount": 9223372036854775808}', "TOO_LARGE", "amount"),
        ('{"amount": -9223372036854775808}', "TOO_LARGE", "amount"),
        (r'{"name": "a\u0000b"}', "HIDDEN_CHARACTER", "name"),
        (r'{"name": "\u001b[31m"}', "HIDDEN_CHARACTER", "name"),
        (r'{"name": "\ud83d"}', "HIDDEN_CHARACTER", "name"),
        (r'{"a\u0000": 1}', "HIDDEN_CHARACTER", r"'a\x00'"),
        ("12.5", "NOT_AN_INTEGER", None),
    ],
)
def test_a_doubtful_value_is_refused_by_code_and_place(text: str, code: str, field: str | None) -> None:
    problem = refusal(text)
    assert (problem.http_status, problem.code, problem.field) == (422, code, field)


@pytest.mark.parametrize("text", ['"two\\nlines\\tand a tab"', '"医保　基金"', '"\\u533b"', '"👩‍⚕️"'])
def test_ordinary_text_passes(text: str) -> None:
    assert strict_json(text.encode()) == json.loads(text)


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", "[1,]", "NaN", "Infinity", '"a\nb"', "[1] 2", "\ufeff{}"])
def test_what_is_not_json_is_refused_as_malformed(text: str) -> None:
    problem = refusal(text)
    assert (problem.http_status, problem.code) == (400, "MALFORMED_JSON")


def test_a_malformed_text_is_refused_with_line_and_column() -> None:
    assert "line 2, column 3" in refusal('{"a": 1,\n  b}').message


@pytest.mark.parametrize("data", [b'"\xff"', b'"\xed\xa0\x80"', b'"\xc0\x80"'])
def test_bytes_that_are_not_utf8_are_refused_with_their_place(data: bytes) -> None:
    assert refusal(data).message == "this is not JSON: byte 2 is not UTF-8"


def test_a_number_with_thousands_of_digits_is_refused() -> None:
    assert refusal("9" * 5_000).code in {"MALFORMED_JSON", "TOO_LARGE"}


def test_the_deepest_nesting_passes() -> None:
    assert strict_json(b"[" * DEEPEST + b"]" * DEEPEST) is not None


@pytest.mark.parametrize("depth", [DEEPEST + 1, 100_000])
def test_deeper_nesting_is_refused(depth: int) -> None:
    assert refusal("[" * depth + "]" * depth).code == "TOO_DEEP"


def test_all_faults_are_told_at_once() -> None:
    problem = refusal('{"a": 1.5, "b": [2.5], "c": 1, "c": 2}')
    assert {fault.field for fault in problem.details} == {"a", "b.0", "c"}


def test_a_number_in_yuan_becomes_text_digit_for_digit() -> None:
    assert decimals_as_text(b'{"a": 0.10, "b": [99999999999999.99], "c": 3}') == (
        b'{"a":"0.10","b":["99999999999999.99"],"c":3}'
    )


@pytest.mark.parametrize("text", [b'{"a": 1.5, "a": 1.5}', b'{"a": "\\u0000"}', b"NaN"])
def test_where_yuan_are_read_everything_else_is_as_strict(text: bytes) -> None:
    with pytest.raises(BadInput):
        decimals_as_text(text)
