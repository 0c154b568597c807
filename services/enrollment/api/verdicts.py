"""From the verdicts of the rules to an answer: all requests are good, or none is written and all faults are told."""

from collections.abc import Sequence
from typing import TypeVar

from services.chassis.errors import BadInput, Conflict, Fault, Problem
from services.chassis.ndjson import at_line

CONFLICTS = frozenset({"ALREADY_ENROLLED", "CERTIFICATE_TAKEN", "PERSON_NUMBER_TAKEN", "DUPLICATE_CONTRIBUTION"})
"""Faults that lie not in the request but in what is on record: 409, not 422."""

Good = TypeVar("Good")


def all_good(verdicts: Sequence[Good | Fault], *, bulk: bool) -> list[Good]:
    """Give the verdicts when none is a fault. Raises one ``Problem`` with all faults otherwise."""
    good: list[Good] = []
    bad: list[Fault] = []
    for number, verdict in enumerate(verdicts, 1):
        if isinstance(verdict, Fault):
            bad.append(at_line(number, verdict) if bulk else verdict)
        else:
            good.append(verdict)
    if bad:
        kind: type[Problem] = Conflict if all(fault.code in CONFLICTS for fault in bad) else BadInput
        raise kind.of(bad)
    return good
