"""Tags, illnesses and states are kept of people who are enrolled (身份标识, 慢特病认定, 参保状态)."""

from collections.abc import Collection, Sequence

from contracts.enrollment import DiseaseCertified, StatusChanged, TagChanged
from services.chassis.errors import Fault
from services.enrollment.model import Certification, Membership, StatusChange, TagChange

Change = TagChange | Certification | StatusChange
Changed = TagChanged | DiseaseCertified | StatusChanged


def change(requests: Sequence[Change], members: Collection[Membership]) -> tuple[Changed | Fault, ...]:
    """Record each change. Fault: NOT_ENROLLED when the person has never been enrolled in the book."""
    return tuple(
        _record(request)
        if (request.person, request.book) in members
        else Fault("NOT_ENROLLED", "person", f"person {request.person} is not enrolled in {request.book}")
        for request in requests
    )


def _record(request: Change) -> Changed:
    match request:
        case TagChange():
            return TagChanged(**request.model_dump())
        case Certification():
            return DiseaseCertified(**request.model_dump())
        case StatusChange():
            return StatusChanged(**request.model_dump())
