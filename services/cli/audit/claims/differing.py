"""In which parts two decisions on a claim differ: the one that was made again, and the one that was recorded."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from contracts.canonical import written
from contracts.claims import Adjudicated
from services.adjudication.decide.facts import Facts
from services.cli.audit.log.divergence import short

NAMES = {
    "facts": "facts of the decision",
    "counted": "counted towards the year",
    "trace": "steps of the rule",
    "round": "number of the decision on its claim",
    "review": "review that allowed the decision",
}


def differing(again: Adjudicated, recorded: Adjudicated) -> Iterator[tuple[str, str, str]]:
    """Give the parts in which a decision differs, as replayed and as recorded.

    What was recorded before a part was thought of has that part's default, in the decision as in its facts.
    """
    ours = orjson.loads(again.canonical())
    theirs = orjson.loads(recorded.canonical())
    theirs["facts"] = _as_today(theirs["facts"])
    for name in sorted(ours):
        if _written(ours[name]) != _written(theirs[name]):
            yield NAMES.get(name, name), short(_written(ours[name])), short(_written(theirs[name]))


def _as_today(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write recorded facts with all that facts have today; what is no such thing stays as it is, and will differ."""
    try:
        today = Facts.from_json(facts).as_json()
        same = {part: {name: today[part][name] for name in stated} for part, stated in facts.items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return facts
    return today if _written(same) == _written(facts) else facts


def _written(value: object) -> str:
    return written(value).decode()
