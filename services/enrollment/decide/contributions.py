"""A contribution is taken in once, of a person who is enrolled, from a payer who pays that way (缴费到账)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from contracts.enrollment import Channel, ContributionReceived, Payer
from services.chassis.errors import Fault
from services.enrollment.model import Contribution, Key, Membership

CHANNELS: Mapping[Payer, frozenset[Channel]] = MappingProxyType(
    {
        "personal": frozenset({"agency", "tax"}),
        "collective": frozenset({"agency", "tax"}),
        "employer": frozenset({"agency", "tax"}),
        "assistance": frozenset({"fiscal"}),
        "fiscal_for_poor": frozenset({"fiscal"}),
        "subsidy": frozenset({"fiscal"}),
    }
)
"""Where each payer's money arrives (accounting 1.4: T01, T01t, T04, T05, T06)."""

EMPLOYEE = "310"
"""职工基本医疗保险: the only scheme with personal accounts."""


def receive(
    requests: Sequence[Contribution], members: Collection[Membership], known: Collection[Key], today: date
) -> tuple[ContributionReceived | Fault, ...]:
    """Take in each contribution. ``today`` is the open business day.

    Faults: NOT_ENROLLED, DATE_IN_FUTURE, CHANNEL_DOES_NOT_FIT, PERSONAL_ACCOUNT_TOO_LARGE, NO_PERSONAL_ACCOUNT,
    DUPLICATE_CONTRIBUTION (of the record or of this command).
    """
    seen = set(known)
    verdicts: list[ContributionReceived | Fault] = []
    for request in requests:
        fault = _membership(request, members) or _shape(request, today) or _once(request, seen)
        seen.add(request.key())
        verdicts.append(fault or ContributionReceived(**request.model_dump()))
    return tuple(verdicts)


def _membership(request: Contribution, members: Collection[Membership]) -> Fault | None:
    if (request.person, request.book) in members:
        return None
    return Fault("NOT_ENROLLED", "person", f"person {request.person} is not enrolled in {request.book}")


def _shape(request: Contribution, today: date) -> Fault | None:
    if request.value_date > today:
        return Fault("DATE_IN_FUTURE", "value_date", f"the money cannot arrive after the business day {today}")
    if request.channel not in CHANNELS[request.payer]:
        ways = ", ".join(sorted(CHANNELS[request.payer]))
        return Fault("CHANNEL_DOES_NOT_FIT", "channel", f"money of payer {request.payer} arrives by {ways}")
    if request.personal_account and not request.book.endswith(f"-{EMPLOYEE}"):
        return Fault("NO_PERSONAL_ACCOUNT", "personal_account", f"{request.book} has no personal accounts")
    if request.personal_account > request.amount:
        return Fault("PERSONAL_ACCOUNT_TOO_LARGE", "personal_account", "it is more than was paid")
    return None


def _once(request: Contribution, seen: Collection[Key]) -> Fault | None:
    if request.key() not in seen:
        return None
    return Fault(
        "DUPLICATE_CONTRIBUTION",
        "bank_key",
        f"the {request.payer} contribution of {request.person} for {request.year} "
        f"under {request.bank_key} is on record",
    )
