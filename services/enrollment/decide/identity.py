"""One person has one number, and one certificate has one person (一人一号)."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID, uuid5

from contracts.people import check_certificate_number
from services.chassis.errors import Fault
from services.enrollment.model import RESIDENT_CARD, Certificate, Enrolment


def identify(
    requests: Sequence[Enrolment],
    holders: Mapping[Certificate, str],
    certificates: Mapping[str, Certificate],
    cause: UUID,
) -> tuple[str | Fault, ...]:
    """Give each request's person number: the one on record, else the caller's, else a new one made from ``cause``.

    ``holders`` tells who holds a certificate, ``certificates`` which one a number stands for. Faults:
    BAD_CERTIFICATE, BIRTH_DISAGREES, CERTIFICATE_TAKEN (names the earlier number), PERSON_NUMBER_TAKEN.
    """
    holders, certificates = dict(holders), dict(certificates)
    verdicts: list[str | Fault] = []
    for n, request in enumerate(requests):
        shown = request.certificate()
        fault = _check_certificate(request)
        number = holders.get(shown) or request.person or _new_number(request.book, cause, n)
        fault = fault or _check_number(request, number, certificates.get(number, shown))
        if fault is None:
            holders[shown], certificates[number] = number, shown
        verdicts.append(fault or number)
    return tuple(verdicts)


def _check_certificate(request: Enrolment) -> Fault | None:
    if request.psn_cert_type != RESIDENT_CARD:
        return None
    try:
        number = check_certificate_number(request.certno)
    except ValueError as error:
        return Fault("BAD_CERTIFICATE", "certno", f"{error} (GB 11643)")
    if date.fromisoformat(number[6:14]) != request.birth:
        return Fault("BIRTH_DISAGREES", "birth", "the birth date is not the one inside the identity number")
    return None


def _check_number(request: Enrolment, number: str, on_record: Certificate) -> Fault | None:
    if request.person is not None and request.person != number:
        return Fault("CERTIFICATE_TAKEN", "certno", f"this certificate belongs to person {number}")
    if on_record != request.certificate():
        return Fault("PERSON_NUMBER_TAKEN", "person", f"person {number} has another certificate")
    return None


def _new_number(book: str, cause: UUID, n: int) -> str:
    """Make a number of 24 digits: the area, then 18 that follow from the command."""
    return book[:6] + f"{uuid5(cause, f'person/{n}').int % 10**18:018d}"
