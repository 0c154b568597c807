"""A person is insured in a book once at a time (参保登记, 不重复参保)."""

from collections.abc import Mapping, Sequence

from contracts.enrollment import Enrolled
from services.chassis.errors import Fault
from services.enrollment.model import Enrolment, Membership, Period


def enrol(
    requests: Sequence[Enrolment], numbers: Sequence[str], periods: Mapping[Membership, Sequence[Period]]
) -> tuple[Enrolled | Fault, ...]:
    """Enrol each request under its number; ``periods`` are those on record.

    Faults: ALREADY_ENROLLED when the period has a day in common with an earlier one in the same book,
    of the record or of this command.
    """
    held = {membership: list(those) for membership, those in periods.items()}
    verdicts: list[Enrolled | Fault] = []
    for request, number in zip(requests, numbers, strict=True):
        wanted = Period(request.begins, request.ends)
        earlier = held.setdefault((number, request.book), [])
        clash = next((period for period in earlier if period.overlaps(wanted)), None)
        if clash:
            verdicts.append(_already(number, request.book, clash))
            continue
        earlier.append(wanted)
        verdicts.append(
            Enrolled(
                person=number,
                book=request.book,
                psn_type=request.psn_type,
                birth=request.birth,
                begins=request.begins,
                ends=request.ends,
            )
        )
    return tuple(verdicts)


def _already(number: str, book: str, clash: Period) -> Fault:
    until = f"to {clash.ends}" if clash.ends else "with no end"
    return Fault("ALREADY_ENROLLED", "begins", f"person {number} is enrolled in {book} from {clash.begins} {until}")
