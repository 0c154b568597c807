"""An audit finds a line that was paid again though two people had booked that it never would be (退票不再支付)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.envelope import Event
from contracts.ids import entry_id
from contracts.ledger import Voucher, VoucherApproved, VoucherLine, VoucherProposed
from contracts.payments import PaymentBatched, PaymentConfirmed, PaymentLine, PaymentReturned
from services.cli.audit.batches import Lapses, Moved, no_more_than_held
from services.cli.audit.log.divergence import Differences
from services.cli.audit.replay import audit
from services.cli.demo.county import county
from services.cli.demo.scenario import Plot
from services.ledger.publishing import VOUCHERS_STREAM
from tests.unit.cli.audit.books import ABOUT_NOBODY, KEYS
from tests.unit.cli.audit.history import History

DAY = date(2017, 3, 1)
DAYS = [DAY + timedelta(days=n) for n in range(3)]
ENTRY = UUID(int=1)


class Returned(History):
    """A history in which the bank sends the first line back, a day after all was sealed."""

    line: PaymentLine
    batch: str

    def _pay(self, batch: str, lines: list[PaymentLine]) -> None:
        self.batch, self.line = batch, lines[0]
        super()._pay(batch, lines)

    @property
    def _account(self) -> dict[str, str]:
        return {"book": self._scenario.book, "account": f"{self._scenario.book}-OUT"}

    def send_back(self) -> None:
        about: dict[str, Any] = {"batch": self.batch, "reason": "unknown", "line": self.line, **self._account}
        back = PaymentReturned(**about, bank_voucher="BACK", value_date=self.scribe.day)
        self.scribe.say("payment", self.batch, back)

    def pay_again(self, amount: int) -> None:
        split = self.line.split.model_copy(update={"basic": amount, "critical": 0, "supplement": 0, "assistance": 0})
        changes = {"line": "L-AGAIN", "repays": self.line.line, "amount": amount, "split": split}
        line = self.line.model_copy(update=changes)
        ordered: dict[str, Any] = {"batch": "AGAIN", "total": amount, "lines": (line,), **self._account}
        for body in (
            PaymentBatched(**ordered, maker="zhao", checker="qian", file_digest="0" * 64),
            PaymentConfirmed(**ordered, bank_voucher="VAGAIN", value_date=self.scribe.day),
        ):
            self.scribe.say("payment", "AGAIN", body)

    def lapse(self, amount: int, template: str = "T11y") -> Event:
        """Let two people book that it is never paid again."""
        about = ABOUT_NOBODY | {"claim": self.line.claim, "bank_key": None}
        lines = tuple(
            VoucherLine(account=account, side=side, amount=amount, **about)
            for account, side in (("2001-退票待付", "D"), ("4501", "C"))
        )
        return self._approve(
            Voucher(
                voucher="V1",
                book=self._scenario.book,
                template=template,
                incurred_on=self.scribe.day,
                summary="无继承人",
                corrects=None,
                corrects_day=None,
                lines=lines,
                attachments=(),
            )
        )

    def take_back(self, event: Event) -> None:
        old = VoucherApproved.model_validate_json(event.body).voucher
        changes = {
            "voucher": "V2",
            "template": "RED",
            "corrects": entry_id(event.id, old.template, old.book, 0),
            "corrects_day": event.business_date,
            "corrects_template": old.template,
            "lines": tuple(line.model_copy(update={"amount": -line.amount}) for line in old.lines),
        }
        self._approve(old.model_copy(update=changes))

    def _approve(self, voucher: Voucher) -> Event:
        say = self.scribe.say
        say("ledger", VOUCHERS_STREAM, VoucherProposed(maker="sun", voucher=voucher))
        return say("ledger", VOUCHERS_STREAM, VoucherApproved(maker="sun", checker="li", voucher=voucher))


@pytest.fixture
def history() -> Returned:
    plot = Plot(late_in_bank=0, late_booked=0, repay=0, clawback=0, recovered=0)
    made = Returned(county(11, people=12, stays=2, visits=8, days=(DAY,), plot=plot))
    made.write()
    made.send_back()
    return made


def said(history: Returned) -> list[str]:
    return [str(one) for one in audit(history.scribe.logs, KEYS, lambda *_: None, 1).first]


def test_what_came_back_may_be_paid_again_or_never(history: Returned) -> None:
    history.lapse(100)
    history.pay_again(history.line.amount - 100)
    assert said(history) == []


def test_what_is_never_paid_again_may_not_be_paid(history: Returned) -> None:
    history.lapse(101)
    history.pay_again(history.line.amount - 100)
    what = "never to be paid again (T11), and sent back by the bank and not paid again"
    assert said(history) == [f"claim {history.line.claim}: {what}; expected at most 100, found 101"]


def test_once_the_voucher_is_in_red_it_may_be_paid(history: Returned) -> None:
    history.take_back(history.lapse(history.line.amount))
    history.pay_again(history.line.amount)
    assert said(history) == []


@pytest.mark.parametrize(("day", "differs"), [(0, 0), (1, 0), (2, 1)])
def test_all_logs_are_seen_at_the_end_of_the_same_day(day: int, differs: int) -> None:
    assert found_on(Lapses({ENTRY: Moved("C1", DAYS[1], 100)}), DAYS[day]) == differs


def test_a_red_voucher_of_the_ledgers_next_day_lets_payment_pay_on_the_day_that_it_still_has() -> None:
    assert found_on(Lapses({ENTRY: Moved("C1", DAYS[1], 100)}, {ENTRY}), DAYS[2]) == 0


def found_on(lapses: Lapses, day: date) -> int:
    """Send 100 fen back on the first day, pay them again on the third, and count what differs at the end of a day."""
    found = Differences()
    no_more_than_held([Moved("C1", DAYS[0], 100), Moved("C1", DAYS[2], -100)], [lapses], day, found)
    return found.count
