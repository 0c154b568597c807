"""Identity tags (困难身份) and places (县域内外): which figure a person gets, worked out once for every combination."""

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import TypeVar

from services.adjudication.decide.case import TAGS
from services.adjudication.decide.figure import Figure, Figures

T = TypeVar("T")
Best = Callable[[list[Figure[T]]], Figure[T]]
"""Picks the figure that is best for the person out of at least one."""

COMBINATIONS = tuple(frozenset(held) for size in range(len(TAGS) + 1) for held in combinations(TAGS, size))
"""Every set of tags that a person may hold."""


def by_tags(
    figures: Mapping[str, Figure[T]], best: Best[T], ordinary: tuple[Figure[T], ...] = ()
) -> dict[frozenset[str], Figure[T]]:
    """Give the best figure for every set of tags that has one; ``ordinary`` is what everybody has.

    Of equal ones the ordinary one is taken, then the first in the order of ``TAGS``.
    """
    found: dict[frozenset[str], Figure[T]] = {}
    for tags in COMBINATIONS:
        held = [*ordinary, *(figures[tag] for tag in TAGS if tag in tags and tag in figures)]
        if held:
            found[tags] = best(held)
    return found


def at_place(
    figures: Figures, prefix: str, kind: type[T], best: Best[T]
) -> dict[bool, dict[frozenset[str], Figure[T]]]:
    """Group ``prefix.<where>.<tag>`` by in county (True) or not (False); ``anywhere`` holds in both."""
    anywhere = figures.under(f"{prefix}.anywhere", kind)
    return {
        True: by_tags(anywhere | figures.under(f"{prefix}.in_county", kind), best),
        False: by_tags(anywhere | figures.under(f"{prefix}.out_of_county", kind), best),
    }


def lowest(figures: list[Figure[int]]) -> Figure[int]:
    """Give the figure with the lowest value: a start or a deductible."""
    return min(figures, key=lambda figure: figure.value)


def highest(figures: list[Figure[int]]) -> Figure[int]:
    """Give the figure with the highest value: a rate."""
    return max(figures, key=lambda figure: figure.value)
