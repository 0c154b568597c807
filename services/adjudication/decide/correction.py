"""Since when a corrected rule pack decides otherwise (规则包更正): the first day of a figure that is another now."""

from datetime import date

from services.adjudication.decide.pack import Pack
from services.adjudication.decide.result import Json


def changed_since(old: Pack, new: Pack) -> date | None:
    """Give the first day from which the two packs have another figure; None where they differ in words only."""
    before, after = _figures(old), _figures(new)
    days = (day for name, day in before.keys() | after.keys() if before.get((name, day)) != after.get((name, day)))
    return min(days, default=None)


def _figures(pack: Pack) -> dict[tuple[str, date], Json]:
    found: dict[tuple[str, date], Json] = {
        (name, since): figure.note["param"]
        for name, parameter in pack.parameters.items()
        for since, figure in parameter.figures
    }
    return {("in_force", pack.in_force): True, **found}
