"""Dues, payees, batches and return files for the tests of payment's rules."""

from datetime import date
from itertools import count
from uuid import UUID

from contracts.clawbacks import FundSplit
from services.payment.decide.proposal import Proposal, propose
from services.payment.model import (
    Batch,
    BatchOrder,
    BatchStatus,
    Due,
    LineStatus,
    Payee,
    ReturnFile,
    ReturnHeader,
    ReturnRow,
)

TODAY = date(2017, 3, 1)
BOOK = "340706-390"
DIGEST = "ab" * 32


def due(n: int, amount: int, repays: str | None = None) -> Due:
    split = FundSplit(basic=amount, supplement=0, critical=0, assistance=0)
    return Due(f"C{n}", "inpatient", f"P{n}", "person", f"P{n}", split, repays, UUID(int=n))


def payee(n: int, version: int = 1) -> Payee:
    return Payee(f"P{n}", version, "张建国", "6228480402564890018", "103370600012")


def order(limit: int | None = None) -> BatchOrder:
    return BatchOrder(book=BOOK, account=f"{BOOK}-OUT", limit=limit)


def proposed(amounts: list[int], limit: int | None = None) -> Proposal:
    """The maker's batches of dues of these amounts, everybody with an account."""
    dues = [due(n, amount) for n, amount in enumerate(amounts)]
    payees = {f"P{n}": payee(n) for n in range(len(amounts))}
    return propose(order(limit), dues, payees, lambda _: True, maker="wang.wu", numbers=(f"B{n:03d}" for n in count(1)))


def batch(*amounts: int, status: BatchStatus = "ordered", state: LineStatus = "ordered") -> Batch:
    """A batch of these amounts, ordered today."""
    [body] = proposed(list(amounts)).batches
    seen = status in ("ordered", "paid")
    return Batch(
        batch=body.batch,
        book=body.book,
        account=body.account,
        bank=body.bank,
        maker=body.maker,
        checker="zhao.liu" if seen else None,
        status=status,
        total=body.total,
        ordered_on=TODAY if seen else None,
        file_digest=DIGEST if seen else None,
        bank_voucher="V1" if status == "paid" else None,
        lines=body.lines,
        versions=body.payee_versions,
        states=(state,) * len(amounts),
        return_reasons=("account_closed" if state in ("returned", "repaying") else None,) * len(amounts),
    )


def answer(of: Batch, back: frozenset[int] = frozenset()) -> ReturnFile:
    """The bank's settled file of a batch in which the lines of ``back`` came back."""
    rows = tuple(
        ReturnRow(
            seq=str(n),
            line=line.line,
            amount=str(line.amount),
            result="account_closed" if n in back else "paid",
            voucher=f"VB{n}" if n in back else "",
            value_date=TODAY if n in back else "",
            note="",
        )
        for n, line in enumerate(of.lines)
    )
    return ReturnFile(_header(of), rows)


def _header(of: Batch) -> ReturnHeader:
    return ReturnHeader.model_validate(
        {
            "batch": of.batch,
            "digest": DIGEST,
            "kind": "settled",
            "voucher": "V1",
            "value_date": TODAY,
            "count": str(len(of.lines)),
            "total": str(of.total),
        }
    )
