"""One way to write a fact down: text that is not in normal form C is refused, whatever stands beside it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import NotCanonicalError, canonical, is_normal

CHINESE = st.text("费用拆分（本系统）§ packs.md 0-9e")
ANYTHING = st.text("a费é\u0301\u0300\u3099がか\u1100\u1161각\u2126\ufa0eÅ\u212b") | st.text()


@given(CHINESE | ANYTHING)
def test_normal_form_is_told_as_the_standard_library_tells_it(text: str) -> None:
    assert is_normal(text.encode()) == unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("text", ["e\u0301", "费用e\u0301", "\u212b", "か\u3099"])
def test_text_that_is_not_in_normal_form_is_not_written(text: str) -> None:
    with pytest.raises(NotCanonicalError):
        canonical({"text": text})
