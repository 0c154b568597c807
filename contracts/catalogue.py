"""Every kind of event there is, by the service that may say it."""

from collections.abc import Mapping
from types import MappingProxyType

from contracts import (
    agreements,
    appeals,
    bank,
    claims,
    clawbacks,
    closing,
    days,
    enrollment,
    ledger,
    parked,
    payments,
    reconsideration,
    settlements,
    supervision,
    transfers,
)
from contracts.envelope import Body, Event
from contracts.topics import Service

NOT_SAID_YET: tuple[type[Body], ...] = (
    settlements.AdvancePaid,
    settlements.AdvanceRepaid,
    settlements.ProviderSettled,
    settlements.DepositWithheld,
    settlements.DepositReleased,
    transfers.CriticalPremiumPaid,
    transfers.CriticalFronted,
    transfers.CriticalRepaid,
    transfers.InsurerFloatReceived,
    transfers.AssistanceFronted,
    transfers.AssistanceRepaid,
    transfers.AccountTransferredIn,
    transfers.AccountTransferredOut,
    transfers.LevelFundsReceived,
    transfers.LevelFundsPaid,
)
"""Defined and booked, but no service emits them: payment will."""

SAYS: Mapping[Service, tuple[type[Body], ...]] = MappingProxyType(
    {
        "enrollment": (
            enrollment.Enrolled,
            enrollment.ContributionReceived,
            enrollment.TagChanged,
            enrollment.DiseaseCertified,
            enrollment.StatusChanged,
            days.DayEnded,
            parked.EventGivenUp,
        ),
        "adjudication": (
            claims.ClaimSubmitted,
            claims.Adjudicated,
            claims.ReviewDecided,
            clawbacks.Clawback,
            clawbacks.ClawbackReversed,
            clawbacks.ClawbackProposed,
            clawbacks.ClawbackRejected,
            appeals.ClawbackAppealed,
            appeals.AppealDismissed,
            claims.ClaimCancelled,
            claims.ProviderChanged,
            agreements.AgreementProposed,
            agreements.AgreementRejected,
            claims.PackPublished,
            supervision.FindingRaised,
            supervision.FindingTaken,
            supervision.FindingClosed,
            reconsideration.ReconsiderationOrdered,
            reconsideration.ReconsiderationApproved,
            reconsideration.ReconsiderationRejected,
            reconsideration.ReconsiderationStepped,
            days.DayEnded,
            parked.EventGivenUp,
        ),
        "payment": (
            payments.BatchProposed,
            payments.BatchVoided,
            payments.PaymentBatched,
            payments.PaymentConfirmed,
            payments.PaymentReturned,
            payments.RepaymentRequested,
            *NOT_SAID_YET,
            days.DayEnded,
            parked.EventGivenUp,
        ),
        "ledger": (
            ledger.ChartPublished,
            ledger.VoucherProposed,
            ledger.VoucherApproved,
            ledger.VoucherRejected,
            ledger.BudgetSet,
            days.DayEndCalled,
            parked.EventGivenUp,
            bank.BankAccountOpened,
            bank.StatementImported,
            bank.MatchProposed,
            bank.LinesMatched,
            bank.ExceptionProposed,
            bank.ExceptionOpened,
            bank.ExceptionClosed,
            closing.DayPrepared,
            closing.DayClosed,
            closing.PeriodPrepared,
            closing.MonthClosed,
            closing.YearClosed,
        ),
    }
)

KINDS: Mapping[tuple[str, int], type[Body]] = MappingProxyType(
    {(body.KIND, body.VERSION): body for says in SAYS.values() for body in says}
)


class UnknownKindError(ValueError):
    """An event of a kind or version that this build does not know."""


def model_of(event: Event) -> type[Body]:
    """Find what reads the body of an event. Raises ``UnknownKindError``."""
    model = KINDS.get((event.kind, event.version))
    if model is None:
        raise UnknownKindError(f"{event.kind} version {event.version} is not known here")
    return model


def parse(event: Event) -> Body:
    """Read the body of an event. Raises ``UnknownKindError`` or pydantic's ``ValidationError``."""
    return model_of(event).model_validate_json(event.body)
