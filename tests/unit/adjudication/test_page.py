"""The explanation as a page and on paper (待遇说明单): what an insured person reads."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from contracts.claims import Adjudicated
from services.adjudication.api.page import ROWS, page, paper
from services.adjudication.decide.judgement import adjudicated, judge
from tests.unit.adjudication_service.given import FACTS, PACK, RULES, claim

NOTES = {"LARGE_AMOUNT": {"sentence": "金额较大 <须审核>。", "source": "seed 000", "cure": "等候审核。"}}


@pytest.fixture(scope="module")
def decided() -> Adjudicated:
    judgement = judge(claim(), FACTS, PACK, RULES, "no")
    return adjudicated(claim(), FACTS, PACK, judgement, round_=1, seen=1, review=None)


@pytest.fixture(scope="module")
def printed(decided: Adjudicated) -> str:
    pages = PdfReader(BytesIO(paper(decided, NOTES))).pages
    return "".join(part.extract_text() for part in pages).replace("\n", "")


def test_the_paper_says_who_bears_what(printed: str) -> None:
    assert [term for _, term in ROWS if term not in printed] == []
    assert "11,125.00" in printed


def test_the_paper_says_how_it_was_worked_out_and_on_what_ground(printed: str) -> None:
    assert all(text in printed for text in ("怎样算出来的", "二级医院报销比例", "报销11,125元", "0-9"))


def test_the_paper_names_the_claim_the_outcome_and_what_to_do(printed: str) -> None:
    assert all(text in printed for text in ("申报号 C1", "予以支付", "金额较大 <须审核>。", "怎么办: 等候审核。"))


def test_the_page_escapes_what_came_from_outside(decided: Adjudicated) -> None:
    assert "金额较大 &lt;须审核&gt;。<br>怎么办: 等候审核。" in page(decided, NOTES)
