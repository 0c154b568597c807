"""追回事由: why a clawback may be made, as one version of the table was published."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import orjson

SUPERVISION_GROUND = "SUPERVISION"
"""The ground of a clawback that names a recorded finding."""

CANCELLED = "CANCELLED"
"""The ground of a clawback that is the negative settlement of a withdrawn claim."""

SUPERSEDED = "SUPERSEDED"
"""The ground of a clawback that takes back what was left of a decision whose place another one takes."""


class Ground(NamedTuple):
    """One ground: what it is called, and who brings it: a finding, people, or the service itself."""

    term: str
    by: Literal["finding", "people", "service"]


Grounds = Mapping[str, Ground]
"""追回事由表: the grounds by code."""


def grounds_of(content: bytes) -> Grounds:
    """Read the grounds from canonical JSON. Raises ``KeyError`` where a part is missing."""
    return {code: Ground(row["term"], row["by"]) for code, row in orjson.loads(content)["grounds"].items()}


def of_people(grounds: Grounds) -> list[str]:
    """Name the grounds that people may give, in the order of the table."""
    return [code for code, ground in grounds.items() if ground.by == "people"]
