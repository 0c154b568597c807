"""What payment says of claims: a batch that went to the bank, and a line of it that came back."""

from datetime import date

from contracts.clawbacks import FundSplit
from contracts.payments import PaymentBatched, PaymentLine, PaymentReturned
from tests.unit.adjudication_service.given import BOOK, PERSON

ACCOUNT = f"{BOOK}-OUT"


def ordered(*claims: str) -> PaymentBatched:
    """A batch with a line of one yuan for each claim."""
    lines = tuple(_line(claim) for claim in claims)
    return PaymentBatched(
        batch=f"B-{claims[0]}",
        book=BOOK,
        account=ACCOUNT,
        maker="wang.wu",
        checker="zhao.liu",
        file_digest="0" * 64,
        total=100 * len(lines),
        lines=lines,
    )


def returned(claim: str) -> PaymentReturned:
    """The line of a claim comes back from the bank."""
    return PaymentReturned(
        batch="B-1",
        book=BOOK,
        account=ACCOUNT,
        bank_voucher="V1",
        value_date=date(2017, 3, 2),
        reason="account_closed",
        line=_line(claim),
    )


def _line(claim: str) -> PaymentLine:
    return PaymentLine(
        line=f"L-{claim}",
        claim=claim,
        kind="inpatient",
        person=PERSON,
        pay_to="person",
        payee=PERSON,
        amount=100,
        split=FundSplit(basic=100, supplement=0, critical=0, assistance=0),
        repays=None,
    )
