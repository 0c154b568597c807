"""Taking claims in (受理): all forms of a request are good, or none is; every fault is named with its line."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from contracts.claims import ClaimSubmitted
from services.adjudication.api.answers.claims import TakenIn, TakenInMany
from services.adjudication.api.forms import Submission
from services.adjudication.decide.intake import shape_faults
from services.adjudication.desk import Library
from services.adjudication.model import pack_of
from services.adjudication.store import claims
from services.chassis.errors import BadInput, Conflict, Fault, Unavailable
from services.chassis.ndjson import at_line
from services.chassis.trouble import Refused
from services.chassis.unit import Unit

MOST_CLAIMS = 5_000

Answer = tuple[int, TakenIn | TakenInMany]


async def take_in(unit: Unit, cause: UUID, *, library: Library, forms: Sequence[Submission], bulk: bool) -> Answer:
    """Number the claims and write them to the log. Raises ``BadInput`` and ``Conflict`` CLAIM_EXISTS."""
    try:
        rules = await library.rules(unit.conn)
    except Refused as refused:
        raise Unavailable(refused.code, refused.sentence) from None
    _check(forms, frozenset(rules.packs), bulk=bulk)
    numbers = [form.claim or number_of(cause, n) for n, form in enumerate(forms)]
    await _check_numbers(unit, numbers, bulk=bulk)
    for n, (number, form) in enumerate(zip(numbers, forms, strict=True)):
        unit.append(_submitted(number, form), stream=form.person, cause=cause, n=n)
    return 201, TakenInMany(claims=numbers) if bulk else TakenIn(claim=numbers[0], status="submitted")


def number_of(cause: UUID, n: int) -> str:
    """Make the number of the n-th claim of a command: the same again when the command is sent again."""
    return f"C{uuid5(cause, f'claim/{n}').hex[:24]}"


def _submitted(number: str, form: Submission) -> ClaimSubmitted:
    """Give the form its number; every field has been validated as part of the form."""
    return ClaimSubmitted.trusted(**form.__dict__ | {"claim": number})


def _check(forms: Sequence[Submission], packs: frozenset[str], *, bulk: bool) -> None:
    faults = []
    for number, form in enumerate(forms, 1):
        found = [Fault(*fault) for fault in shape_faults(form)]
        if not found and pack_of(form.book) not in packs:
            found = [Fault("UNKNOWN_CODE", "book", f"no rule pack is published for the book {form.book}")]
        faults += [at_line(number, fault) if bulk else fault for fault in found]
    if faults:
        raise BadInput.of(faults)


async def _check_numbers(unit: Unit, numbers: Sequence[str], *, bulk: bool) -> None:
    seen = set(await claims.taken_numbers(unit.conn, numbers))
    faults = []
    for place, number in enumerate(numbers, 1):
        if number in seen:
            fault = Fault("CLAIM_EXISTS", "claim", f"the number {number} belongs to another claim")
            faults.append(at_line(place, fault) if bulk else fault)
        seen.add(number)
    if faults:
        raise Conflict.of(faults)
