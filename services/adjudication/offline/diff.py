"""Compare two rule packs (规则包比较): which value changed, from when, and by which source."""

from collections.abc import Iterator
from typing import NamedTuple

from services.adjudication.decide.pack import Pack
from services.adjudication.decide.result import Json
from services.adjudication.offline.variant import document, figures_of


class Change(NamedTuple):
    """One value that differs: None where one of the packs has none for that date."""

    place: str
    term: str
    before: Json
    after: Json
    source: str


def diff(old: Pack, new: Pack) -> list[Change]:
    """Give every dated value that differs, in the order of names and dates."""
    before, after = _values(old), _values(new)
    return list(_changes(before, after))


def _changes(before: dict[str, dict[str, Json]], after: dict[str, dict[str, Json]]) -> Iterator[Change]:
    for place in sorted(before.keys() | after.keys()):
        old, new = before.get(place, {}), after.get(place, {})
        if old.get("value") != new.get("value"):
            shown = new or old
            yield Change(place, str(shown["term"]), old.get("value"), new.get("value"), str(shown["source"]))


def _values(pack: Pack) -> dict[str, dict[str, Json]]:
    content = document(pack)
    return {
        f"{ref}@{value['since']}": {**value, "term": parameter.term}
        for ref, parameter in pack.parameters.items()
        for value in figures_of(content, ref)
    }
