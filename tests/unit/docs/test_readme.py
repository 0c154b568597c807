"""The README and its Chinese twin are one page: sections, commands, links. Every decision is listed."""

import re

import pytest

from tests.unit.docs.pages import ROOT, blocks, links, page, prose, rows

ENGLISH = page("README.md")
CHINESE = page("README.zh.md")


def shape(text: str) -> list[str]:
    """Give what a page is made of, in order: headings by depth, items, table rows, blocks; without their words."""
    marks = re.findall(r"^(#+ |- |\|(?= ?[^- ])|```)", text, re.MULTILINE)
    return [mark.strip() for mark in marks]


def commands(text: str) -> list[str]:
    """Give the lines of all blocks without their comments."""
    return [line.partition(" # ")[0].rstrip() for _, block in blocks(text) for line in block.splitlines()]


def test_the_twins_have_the_same_sections_tables_and_lists() -> None:
    assert shape(CHINESE) == shape(ENGLISH)


def test_the_twins_show_the_same_commands_and_the_same_picture() -> None:
    assert commands(CHINESE) == commands(ENGLISH)


def test_the_twins_lead_to_the_same_places() -> None:
    assert set(links(CHINESE)) - {"README.md"} == set(links(ENGLISH)) - {"README.zh.md"}


def test_the_twins_lead_to_each_other() -> None:
    assert ("README.zh.md" in links(ENGLISH), "README.md" in links(CHINESE)) == (True, True)


def test_every_sentence_of_the_chinese_twin_is_chinese() -> None:
    paragraphs = [part for part in prose(CHINESE).split("\n\n") if len(part) > 40 and not part.startswith("|")]
    assert [part for part in paragraphs if not re.search(r"[\u4e00-\u9fff]", part)] == []


@pytest.mark.parametrize("target", sorted(set(links(ENGLISH))))
def test_every_link_of_the_readme_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


def test_every_decision_is_listed_by_its_number() -> None:
    listed = [links(row[0])[0] for row in rows(page("docs/decisions/README.md"))]
    assert listed == sorted(file.name for file in (ROOT / "docs/decisions").glob("0*.md"))
