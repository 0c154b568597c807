"""What an event says that is to be booked: its words, its amounts, and whom it concerns."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

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


def facts_of(body: Body) -> Iterable[Facts]:  # noqa: PLR0911 - one line per kind of event
    """List what an event brings to the books; nothing for kinds that touch no book."""
    match body:
        case ContributionReceived():
            return (_contribution(body),)
        case Adjudicated():
            return (_adjudicated(body),) if body.outcome == "approved" else ()
        case Clawback() | ClawbackReversed():
            return (_clawback(body),)
        case PaymentBatched():
            return tuple(_ordered(body, n, line) for n, line in enumerate(body.lines))
        case PaymentConfirmed():
            return tuple(_paid(body, n, line) for n, line in enumerate(body.lines))
        case PaymentReturned():
            return (_paid(body, 0, body.line),)
        case VoucherApproved():
            return (_voucher(body.voucher),)
        case ProviderSettled():
            return tuple(_settled(body, n, line) for n, line in enumerate(body.lines))
        case DepositWithheld():
            return (_withheld(body),)
        case Movement():
            return (_moved(body),)
        case _:
            return ()


def _contribution(body: ContributionReceived) -> Facts:
    amounts = {
        "amount": body.amount,
        "pool": body.amount - body.personal_account,
        "personal_account": body.personal_account,
    }
    words = (("channel", body.channel), ("payer", body.payer))
    return Facts(0, words, amounts, Analysis(body.person, bank_key=body.bank_key), body.value_date)


def _adjudicated(body: Adjudicated) -> Facts:
    analysis = Analysis(body.person, body.provider, claim=body.claim)
    return Facts(0, (("kind", body.kind),), {"fund": body.amounts.fund}, analysis, None)


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
    words = (("template", voucher.template), ("claim", "none" if first.claim is None else "given"))
    analysis = Analysis(first.person, first.provider, first.batch, None, first.claim)
    return Facts(1, words, {"amount": first.amount}, analysis, voucher.incurred_on)


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
