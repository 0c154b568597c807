"""Reading our own pages: the tables of a markdown file, its code, its headings."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    """Read a page by its path from the root of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def rows(text: str) -> Iterator[list[str]]:
    """Give the cells of every table row, without heads and rules."""
    lines = text.splitlines()
    for before, line in itertools.pairwise(lines):
        if before.startswith("|") and line.startswith("|") and not set(line) <= set("|- :"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def blocks(text: str) -> list[tuple[str, str]]:
    """Give every fenced block: its language and its text."""
    return _FENCE.findall(text)


def prose(text: str) -> str:
    """Give the page without its fenced blocks."""
    return _FENCE.sub("", text)


def spans(text: str) -> list[str]:
    """Give what stands between single backticks, outside of fenced blocks."""
    return re.findall(r"`([^`\n]+)`", prose(text))


def links(text: str) -> list[str]:
    """Give the targets of all links, without anchors."""
    return [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
