"""Compare two rule packs (规则包比较): which value changed, from when, and by which source."""

from collections.abc import Iterator
from typing import NamedTuple

from services.adjudication.decide.pack import Pack
from services.adjudication.decide.result import Json
from services.adjudication.decide.wording import show
from services.adjudication.offline.variant import document, figures_of


class Change(NamedTuple):
    """One value that differs: None where one of the packs has none for that date."""

    place: str
    term: str
    unit: str
    before: Json
    after: Json
    source: str

    def __str__(self) -> str:
        """Write the change for people: yuan, percent, words."""
        before, after = ("无" if value is None else show(self.unit, value) for value in (self.before, self.after))
        return f"{self.place} {self.term}: {before} -> {after} ({self.source})"


def diff(old: Pack, new: Pack) -> list[Change]:
    """Give every dated value that differs, and the day on which the packs begin, in the order of names and dates."""
    before, after = _values(old), _values(new)
    return list(_changes(before, after))


def _changes(before: dict[str, dict[str, Json]], after: dict[str, dict[str, Json]]) -> Iterator[Change]:
    for place in sorted(before.keys() | after.keys()):
        old, new = before.get(place, {}), after.get(place, {})
        if old.get("value") != new.get("value"):
            shown = new or old
            term, unit, source = (str(shown[name]) for name in ("term", "unit", "source"))
            yield Change(place, term, unit, old.get("value"), new.get("value"), source)


def _values(pack: Pack) -> dict[str, dict[str, Json]]:
    content = document(pack)
    begins: dict[str, Json] = {"term": "施行日期", "unit": "word", "value": f"{pack.in_force}", "source": "pack.yaml"}
    return {"in_force": begins} | {
        f"{ref}@{value['since']}": {**value, "term": parameter.term, "unit": parameter.unit}
        for ref, parameter in pack.parameters.items()
        for value in figures_of(content, ref)
    }
