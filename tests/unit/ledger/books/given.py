"""Named good examples of what is booked, one builder per kind of event."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from contracts.claims import Adjudicated, Amounts, Counted
from contracts.clawbacks import Clawback, ClawbackReversed, FundSplit
from contracts.enrollment import ContributionReceived
from contracts.envelope import GENESIS, Body, Event
from contracts.ledger import Voucher, VoucherApproved, VoucherLine
from contracts.payments import PaymentBatched, PaymentConfirmed, PaymentLine, PaymentReturned

ROOT_CAUSE = UUID("0190f3a1-0000-7000-8000-0000000000b0")
BOOK = "340706-390"
DAY = date(2017, 3, 1)
BANK_DAY = date(2017, 2, 28)
HOSPITAL = "H34070600001"
LATER = ("own_in_scope", "supplement", "assistance", "outpatient", "chronic")


def event(body: Body, name: str = "1", *, day: date = DAY, shard: int = 0, seq: int = 1) -> Event:
    """The row of a log that says ``body``; another ``name`` is another event."""
    key = uuid5(ROOT_CAUSE, f"{body.KIND}/{name}")
    return Event(
        shard,
        seq,
        key,
        "stream",
        body.KIND,
        body.VERSION,
        body.canonical().decode(),
        "li.si",
        ROOT_CAUSE,
        day,
        datetime(2017, 3, 1, tzinfo=UTC),
        GENESIS,
        GENESIS,
    )


def contribution(**changes: Any) -> ContributionReceived:
    """150 yuan of a resident, by the agency's collection account."""
    said: dict[str, Any] = {
        "person": "P1",
        "book": BOOK,
        "year": 2017,
        "payer": "personal",
        "channel": "agency",
        "amount": 15_000,
        "personal_account": 0,
        "value_date": BANK_DAY,
        "bank_key": "IN-1",
    }
    return ContributionReceived(**said | changes)


def split(basic: int = 0, supplement: int = 0, critical: int = 0, assistance: int = 0) -> FundSplit:
    """Which layer of the fund bears how much, fen."""
    return FundSplit(basic=basic, supplement=supplement, critical=critical, assistance=assistance)


def payment_line(of: FundSplit | None = None, **changes: Any) -> PaymentLine:
    """A stay's benefit to a person: 500 + 100 yuan basic and supplement, 300 critical, 50 assistance."""
    of = of or split(50_000, 10_000, 30_000, 5_000)
    said: dict[str, Any] = {
        "line": "L1",
        "claim": "C1",
        "kind": "inpatient",
        "person": "P1",
        "pay_to": "person",
        "payee": "P1",
        "amount": of.total(),
        "split": of,
        "repays": None,
    }
    return PaymentLine(**said | changes)


def batched(*lines: PaymentLine, **changes: Any) -> PaymentBatched:
    """A sealed bank file with these lines."""
    lines = lines or (payment_line(),)
    said: dict[str, Any] = {
        "batch": "B1",
        "book": BOOK,
        "account": f"{BOOK}-OUT",
        "maker": "wang.wu",
        "checker": "zhao.liu",
        "file_digest": "0" * 64,
        "total": sum(line.amount for line in lines),
        "lines": lines,
    }
    return PaymentBatched(**said | changes)


def confirmed(*lines: PaymentLine, **changes: Any) -> PaymentConfirmed:
    """The bank paid these lines."""
    lines = lines or (payment_line(),)
    said: dict[str, Any] = {
        "batch": "B1",
        "book": BOOK,
        "account": f"{BOOK}-OUT",
        "bank_voucher": "V1",
        "value_date": DAY,
        "total": sum(line.amount for line in lines),
        "lines": lines,
    }
    return PaymentConfirmed(**said | changes)


def returned(line: PaymentLine | None = None, **changes: Any) -> PaymentReturned:
    """The bank gave a line back."""
    said: dict[str, Any] = {
        "batch": "B1",
        "book": BOOK,
        "account": f"{BOOK}-OUT",
        "bank_voucher": "V2",
        "value_date": DAY,
        "reason": "account_closed",
        "line": line or payment_line(),
    }
    return PaymentReturned(**said | changes)


def adjudicated(fund: int = 60_000, **changes: Any) -> Adjudicated:
    """An approved stay of 1,000 yuan."""
    amounts = dict.fromkeys(Amounts.model_fields, 0) | {
        "total": 100_000,
        "in_scope": 100_000,
        "basic": fund,
        "fund": fund,
        "person": 100_000 - fund,
        "cash": 100_000 - fund,
    }
    counted: dict[str, Any] = dict.fromkeys(Counted.model_fields, 0)
    counted |= {"year": 2017, "basic": fund, "disease": None}
    said: dict[str, Any] = {
        "claim": "C1",
        "round": 1,
        "person": "P1",
        "book": BOOK,
        "provider": HOSPITAL,
        "kind": "inpatient",
        "on": DAY,
        "pay_to": "person",
        "outcome": "approved",
        "reason": None,
        "findings": (),
        "review": None,
        "pack": "340706-resident",
        "pack_id": "0" * 64,
        "seen": 1,
        "facts": {},
        "amounts": Amounts(**amounts),
        "counted": Counted(**counted),
        "trace": (),
    }
    return Adjudicated(**said | changes)


def clawback(amount: int = 20_000) -> Clawback:
    """Part of an approved claim is taken back."""
    return Clawback(
        clawback="K1",
        claim="C1",
        person="P1",
        book=BOOK,
        provider=HOSPITAL,
        kind="inpatient",
        on=DAY,
        decision_id=ROOT_CAUSE,
        lines=(0,),
        split=split(amount),
        amount=amount,
        counted=Counted(year=2017, basic=amount, **dict.fromkeys(LATER, 0), disease=None),
        finding="R-DEAD",
        reason="died before",
    )


def reversal(amount: int = 20_000) -> ClawbackReversed:
    taken = clawback(amount)
    said = {name: getattr(taken, name) for name in ClawbackReversed.model_fields if name in Clawback.model_fields}
    return ClawbackReversed(appeal=taken.clawback, **said)


def voucher_line(account: str, side: str, amount: int, **about: Any) -> VoucherLine:
    """A line of a voucher."""
    nobody = dict.fromkeys(("person", "provider", "batch", "bank_key", "claim"))
    return VoucherLine(**nobody | {"account": account, "side": side, "amount": amount} | about)


def voucher(*lines: VoucherLine, **changes: Any) -> Voucher:
    """A voucher by hand, 10,000 yuan from the treasury account to the payment account unless lines are given."""
    lines = lines or (voucher_line("1004", "D", 1_000_000), voucher_line("1003", "C", 1_000_000))
    said: dict[str, Any] = {
        "voucher": "2017-03-0001",
        "book": BOOK,
        "template": "T07",
        "incurred_on": DAY,
        "summary": "拨入支出户",
        "corrects": None,
        "corrects_day": None,
        "corrects_template": None,
        "lines": lines,
        "attachments": (),
    }
    return Voucher(**said | changes)


def approved(made: Voucher | None = None) -> VoucherApproved:
    """A voucher that two people made and checked."""
    return VoucherApproved(maker="kuai.ji", checker="zhu.guan", voucher=made or voucher())
