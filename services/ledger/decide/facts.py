"""What an event says that is to be booked: its words, its amounts, and whom it concerns."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from contracts.claims import Adjudicated
from contracts.clawbacks import Clawback, ClawbackReversed
from contracts.enrollment import ContributionReceived
from contracts.envelope import Body
from contracts.ledger import Voucher, VoucherApproved
from contracts.payments import PaymentBatched, PaymentConfirmed, PaymentLine, PaymentReturned
from contracts.settlements import (
    AdvancePaid,
    AdvanceRepaid,
    DepositReleased,
    DepositWithheld,
    ProviderSettled,
    SettlementLine,
)
from contracts.transfers import (
    AccountTransferredIn,
    AccountTransferredOut,
    AssistanceFronted,
    CriticalFronted,
    Movement,
)

Words = tuple[tuple[str, str], ...]
"""What the cases of a template ask for, e.g. ``(("channel", "agency"), ("payer", "personal"))``."""


class Analysis(NamedTuple):
    """辅助核算: the person, provider, batch and claim that every line of an entry carries, and the bank's key."""

    person: str | None = None
    provider: str | None = None
    batch: str | None = None
    bank_key: str | None = None
    claim: str | None = None


class Facts(NamedTuple):
    """One thing to book. ``incurred_on`` is None where the business date itself is meant; amounts are fen."""

    n: int
    words: Words
    amounts: dict[str, int]
    analysis: Analysis
    incurred_on: date | None
    bank_account: str | None = None


def facts_of(body: Body) -> Iterable[Facts]:
    """List what an event brings to the books; nothing for kinds that touch no book."""
    return _reader(type(body))(body)


@lru_cache  # asking pydantic models one after the other whether a body is theirs takes longer than reading it
def _reader(kind: type[Body]) -> Callable[[Any], Iterable[Facts]]:
    """Find what reads bodies of a kind, which may be a narrower one than was foreseen."""
    return next((_READERS[known] for known in kind.__mro__ if known in _READERS), lambda _: ())


def _contribution(body: ContributionReceived) -> Facts:
    amounts = {
        "amount": body.amount,
        "pool": body.amount - body.personal_account,
        "personal_account": body.personal_account,
    }
    words = (("channel", body.channel), ("payer", body.payer))
    return Facts(0, words, amounts, Analysis(body.person, bank_key=body.bank_key), body.value_date)


def _adjudicated(body: Adjudicated) -> Iterable[Facts]:
    if body.outcome != "approved":
        return ()
    analysis = Analysis(body.person, body.provider, None, None, body.claim)
    return (Facts(0, (("kind", body.kind),), {"fund": body.amounts.fund}, analysis, None),)


def _clawback(body: Clawback | ClawbackReversed) -> Facts:
    analysis = Analysis(body.person, body.provider, claim=body.claim)
    return Facts(0, (("kind", body.kind),), {"amount": body.amount}, analysis, None)


def _ordered(body: PaymentBatched, n: int, line: PaymentLine) -> Facts:
    analysis = Analysis(line.person, _payee(line), body.batch, None, line.claim)
    return Facts(n, (("kind", line.kind),), {"total": line.amount}, analysis, None)


def _paid(body: PaymentConfirmed | PaymentReturned, n: int, line: PaymentLine) -> Facts:
    split = line.split
    amounts = {
        "total": line.amount,
        "benefit": split.basic + split.supplement,
        "critical": split.critical,
        "assistance": split.assistance,
    }
    words = (("kind", line.kind), ("repays", "none" if line.repays is None else "line"))
    analysis = Analysis(line.person, _payee(line), body.batch, body.bank_voucher, line.claim)
    return Facts(n, words, amounts, analysis, body.value_date, body.account)


def _payee(line: PaymentLine) -> str | None:
    return line.payee if line.pay_to == "provider" else None


def _voucher(voucher: Voucher) -> Facts:
    first = voucher.lines[0]
    words = (
        ("template", voucher.template),
        ("corrects", voucher.corrects_template or "none"),
        ("claim", "none" if first.claim is None else "given"),
    )
    analysis = Analysis(first.person, first.provider, first.batch, None, first.claim)
    return Facts(1, words, {"amount": abs(first.amount)}, analysis, voucher.incurred_on)


def _settled(body: ProviderSettled, n: int, line: SettlementLine) -> Facts:
    amounts = {"paid": line.paid, "advance": line.advance}
    analysis = Analysis(provider=body.provider, bank_key=body.bank_key)
    return Facts(n, (("kind", line.kind),), amounts, analysis, body.value_date)


def _withheld(body: DepositWithheld) -> Facts:
    return Facts(0, (("kind", body.kind),), {"amount": body.amount}, Analysis(provider=body.provider), None)


def _moved(body: Movement) -> Facts:
    return Facts(0, body.choices(), {"amount": body.amount}, _concerned(body), body.value_date)


def _concerned(body: Movement) -> Analysis:
    match body:
        case AdvancePaid() | AdvanceRepaid() | DepositReleased():
            return Analysis(provider=body.provider, bank_key=body.bank_key)
        case AssistanceFronted():
            return Analysis(body.person, body.provider, bank_key=body.bank_key, claim=body.claim)
        case CriticalFronted():
            return Analysis(body.person, bank_key=body.bank_key, claim=body.claim)
        case AccountTransferredIn() | AccountTransferredOut():
            return Analysis(body.person, bank_key=body.bank_key)
        case _:
            return Analysis(bank_key=body.bank_key)


_READERS: Mapping[type, Callable[[Any], Iterable[Facts]]] = {
    ContributionReceived: lambda body: (_contribution(body),),
    Adjudicated: _adjudicated,
    Clawback: lambda body: (_clawback(body),),
    ClawbackReversed: lambda body: (_clawback(body),),
    PaymentBatched: lambda body: [_ordered(body, n, line) for n, line in enumerate(body.lines)],
    PaymentConfirmed: lambda body: [_paid(body, n, line) for n, line in enumerate(body.lines)],
    PaymentReturned: lambda body: (_paid(body, 0, body.line),),
    VoucherApproved: lambda body: (_voucher(body.voucher),),
    ProviderSettled: lambda body: [_settled(body, n, line) for n, line in enumerate(body.lines)],
    DepositWithheld: lambda body: (_withheld(body),),
    Movement: lambda body: (_moved(body),),
}
