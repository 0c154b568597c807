"""What payment says of claims: a batch that went to the bank, and a line of it that came back. Agreements entered."""

from datetime import date
from typing import TYPE_CHECKING, Any

from contracts.agreements import AgreementProposed
from contracts.claims import AgreementForm, ProviderChanged
from contracts.clawbacks import FundSplit
from contracts.payments import PaymentBatched, PaymentLine, PaymentReturned
from tests.unit.adjudication_service.given import BOOK, PERSON

if TYPE_CHECKING:
    from tests.service.adjudication.conftest import Counter

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


def form_of(change: ProviderChanged) -> dict[str, Any]:
    """The form that a clerk fills in for an agreement."""
    return {name: change.model_dump(mode="json")[name] for name in AgreementForm.model_fields}


async def enter(counter: "Counter", change: ProviderChanged) -> None:
    """Enter an agreement as a clerk; an approver agrees where it is for the past."""
    answer = await counter.post("/providers", form_of(change))
    assert answer.status_code == 201, answer.text
    if answer.json()["status"] == "proposed":
        path = f"/providers/changes/{answer.json()['proposal']}/approve"
        answer = await counter.post(path, None, "zhao.liu", "approver")
        assert answer.status_code == 201, answer.text


def agreed(change: ProviderChanged) -> tuple[AgreementProposed, ProviderChanged]:
    """The first agreement of a provider as two people enter it for the past."""
    number = f"A-{change.provider}"
    form = {name: getattr(change, name) for name in AgreementForm.model_fields}
    proposed = AgreementProposed(**form, proposal=number, change_id=None, change_hash=None)
    return proposed, change.model_copy(update={"proposal": number})
