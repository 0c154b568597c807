"""受理规则: the rules of intake as shipped; what decides is the copy that was published in the log.

The calendar beside them counts deadlines and decides nothing.
"""

from functools import cache
from importlib.resources import files

import yaml

from contracts.canonical import canonical, refuse_floats
from services.adjudication.decide.calendar import Calendar


@cache
def shipped_intake() -> bytes:
    """Give the shipped rules as canonical JSON, the form in which they are published."""
    document = yaml.safe_load((files(__name__) / "rules.yaml").read_text(encoding="utf-8"))
    refuse_floats(document)
    return canonical(document)


@cache
def shipped_calendar() -> Calendar:
    """Give the calendar of working days."""
    return Calendar.of(yaml.safe_load((files(__name__) / "calendar.yaml").read_text(encoding="utf-8")))
