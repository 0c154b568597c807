"""An audit of whole logs lets what an appeal gave back be paid, up to what was approved (追回撤销)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.appeals import ClawbackAppealed
from contracts.catalogue import parse
from contracts.claims import Adjudicated
from contracts.clawbacks import ClawbackProposed, FundSplit
from contracts.envelope import SHARDS, Event
from contracts.payments import PaymentBatched, PaymentConfirmed, PaymentLine
from services.adjudication.decide.clawback import clawback_of, left_after, reversal_of
from services.cli.audit.replay import audit
from services.cli.demo.county import county
from services.cli.demo.scenario import Plot
from tests.unit.cli.audit.books import KEYS
from tests.unit.cli.audit.history import History


@pytest.fixture
def history() -> History:
    plot = Plot(late_in_bank=0, late_booked=0, repay=0, clawback=0, recovered=0)
    made = History(county(11, people=12, stays=2, visits=8, days=(date(2017, 3, 1),), plot=plot))
    made.write()
    return made


def approved(history: History) -> tuple[Event, Adjudicated]:
    """The first decision of the history that pays something."""
    for shard in range(SHARDS):
        for line in history.scribe.logs.lines("adjudication", shard):
            event = Event.from_line(line)
            body = parse(event) if event.kind == Adjudicated.KIND else None
            if isinstance(body, Adjudicated) and body.outcome == "approved" and body.amounts.fund:
                return event, body
    raise AssertionError("nothing was approved")


def undone(history: History) -> tuple[Adjudicated, UUID]:
    """Take a claim back whole and undo it on appeal; give the decision and the event that undid it."""
    event, decided = approved(history)
    because: dict[str, Any] = {"finding": None, "ground": "COMPLAINT"}
    taken = clawback_of(decided, event.id, "K1", left_after(decided, ()), **because, reason="charged twice")
    word = {"clawback": "K1", "claim": decided.claim, "book": decided.book, "reason": "it was not"}
    about = {"decision_id": event.id, "decision_hash": event.hash.hex(), "amount": taken.amount, "lines": ()}
    told = (
        ("zhao", ClawbackProposed(**word, **about, **because)),
        ("qian", taken),
        ("his", ClawbackAppealed(**word, against="clawback")),
        ("sun", reversal_of(taken, "it was not")),
    )
    last = [history.scribe.say("adjudication", decided.person, body, actor=actor) for actor, body in told][-1]
    return decided, last.id


def pay(history: History, decided: Adjudicated, cause: UUID, amount: int) -> None:
    """Pay a claim once more, because of what was undone."""
    line = PaymentLine(
        line="L-AGAIN",
        claim=decided.claim,
        kind=decided.kind,
        person=decided.person,
        pay_to="person",
        payee=decided.person,
        amount=amount,
        split=FundSplit(basic=amount, supplement=0, critical=0, assistance=0),
        repays=None,
        decision=cause,
    )
    account = f"{decided.book}-OUT"
    ordered = {"batch": "AGAIN", "book": decided.book, "account": account, "total": amount, "lines": (line,)}
    for body in (
        PaymentBatched(**ordered, maker="zhao", checker="qian", file_digest="0" * 64),
        PaymentConfirmed(**ordered, bank_voucher="VAGAIN", value_date=history.scribe.day),
    ):
        history.scribe.say("payment", "AGAIN", body)


def differences(history: History) -> list[str]:
    return [one.what for one in audit(history.scribe.logs, KEYS, lambda *_: None, 1).first]


def test_what_was_given_back_may_be_paid(history: History) -> None:
    decided, cause = undone(history)
    pay(history, decided, cause, decided.amounts.fund)
    assert differences(history) == []


def test_more_than_was_approved_may_not_be_paid_because_of_it(history: History) -> None:
    decided, cause = undone(history)
    pay(history, decided, cause, decided.amounts.fund + 1)
    assert differences(history) == ["paid in all"]


def test_nothing_may_be_paid_because_of_what_nobody_said(history: History) -> None:
    decided, _ = undone(history)
    pay(history, decided, UUID(int=9), 1)
    assert differences(history) == ["paid in all"]
