"""A line that came back is paid again by a new line, once the cause is mended (退票重拨)."""

from contracts.payments import RepaymentRequested, ReturnReason
from services.chassis.errors import Fault
from services.payment.model import Batch, Payee

NEEDS_CORRECTION: frozenset[ReturnReason] = frozenset(
    {"account_not_found", "name_mismatch", "account_closed", "bank_code_wrong"}
)
"""Reasons that lie in the payee's account: sent again unchanged, the line would come back again."""


def repay(batch: Batch, line: str, payee: Payee | None, reason: str, *, lapsed: bool) -> RepaymentRequested | Fault:
    """Let a returned line be paid again; ``payee`` is the account as it stands now.

    Faults: LINE_NOT_RETURNED; NEVER_PAYABLE when the ledger has booked it as ``lapsed``; ACCOUNT_NOT_CORRECTED when
    it came back because of the account and the account is still the one that was used.
    """
    place = next(n for n, candidate in enumerate(batch.lines) if candidate.line == line)
    if batch.states[place] != "returned":
        return Fault("LINE_NOT_RETURNED", "line", f"line {line} is {batch.states[place]}, not returned")
    if lapsed:
        sentence = f"line {line} is booked as never to be paid again (T11); a red voucher takes that back"
        return Fault("NEVER_PAYABLE", "line", sentence)
    unchanged = payee is None or payee.version == batch.versions[place]
    if unchanged and batch.return_reasons[place] in NEEDS_CORRECTION:
        return Fault("ACCOUNT_NOT_CORRECTED", "line", "correct the payee's account first (PUT /payees)")
    return RepaymentRequested(
        batch=batch.batch, book=batch.book, line=line, claim=batch.lines[place].claim, reason=reason
    )
