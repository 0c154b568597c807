"""Another person looks at a batch and seals it, unless something in it has changed (复核)."""

from collections.abc import Iterator, Mapping
from datetime import date

from contracts.clawbacks import FundSplit
from contracts.payments import BatchVoided, PaymentBatched
from services.chassis.errors import Fault
from services.payment.model import PURPOSES, Batch, OrderFile, OrderRow, Payee


def check_open(batch: Batch) -> Fault | None:
    """Check that a batch still waits for a decision. Fault: BATCH_NOT_PROPOSED."""
    if batch.status == "proposed":
        return None
    return Fault("BATCH_NOT_PROPOSED", "batch", f"batch {batch.batch} is {batch.status}, not proposed")


def check_checker(batch: Batch, checker: str) -> Fault | None:
    """Check that maker and checker are two people (制单复核分离). Fault: SAME_PERSON."""
    if batch.maker != checker:
        return None
    return Fault("SAME_PERSON", "checker", "who made a batch may not approve it")


def changes(batch: Batch, left: Mapping[str, FundSplit], payees: Mapping[str, Payee]) -> Iterator[Fault]:
    """Find what is no longer as the maker saw it, by line: the amount owed, or the payee's account.

    ``left`` is what is owed for each claim now, ``payees`` the accounts as they stand now.
    """
    for n, (line, version) in enumerate(zip(batch.lines, batch.versions, strict=True)):
        if left.get(line.claim) != line.split:
            yield Fault("AMOUNT_CHANGED", f"lines.{n}.amount", f"claim {line.claim} is owed another amount now")
        payee = payees.get(line.payee)
        if payee is None or payee.version != version:
            yield Fault("ACCOUNT_CHANGED", f"lines.{n}.payee", f"the account of {line.payee} was changed")


def order_file(batch: Batch, payees: Mapping[str, Payee], day: date) -> OrderFile:
    """Write out what the bank is asked to pay: names and accounts join the numbers here and nowhere else."""
    rows = tuple(
        OrderRow(
            seq=n,
            name=payees[line.payee].name,
            account=payees[line.payee].account,
            bank_code=payees[line.payee].bank_code,
            amount=line.amount,
            purpose=PURPOSES[line.kind],
            line=line.line,
        )
        for n, line in enumerate(batch.lines, 1)
    )
    return OrderFile(batch.batch, day, batch.account, rows)


def seal(batch: Batch, checker: str, digest: str) -> PaymentBatched:
    """Order the batch; ``digest`` is the SHA-256 of the sealed bank file."""
    return PaymentBatched(
        batch=batch.batch,
        book=batch.book,
        account=batch.account,
        maker=batch.maker,
        checker=checker,
        file_digest=digest,
        total=batch.total,
        lines=batch.lines,
    )


def void_changed(batch: Batch, found: list[Fault]) -> BatchVoided:
    """Void a batch in which something changed; the note names the first lines."""
    note = "; ".join(fault.message for fault in found[:10])
    return BatchVoided(batch=batch.batch, book=batch.book, reason="changed", note=note)


def void_by(batch: Batch, actor: str, note: str) -> BatchVoided:
    """Void a batch by hand: its maker takes it back, anybody else turns it down."""
    reason = "withdrawn" if actor == batch.maker else "rejected"
    return BatchVoided(batch=batch.batch, book=batch.book, reason=reason, note=note)
