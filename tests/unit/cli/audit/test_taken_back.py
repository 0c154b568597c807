"""红字更正 is followed: what a red voucher takes back stands where it says, and is taken back once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from contracts.ledger import Voucher
from services.cli.audit.replay import audit
from services.cli.demo.county import county
from services.cli.demo.scenario import Plot
from services.ledger.decide.vouchers import CorrectionOrder, take_back
from services.ledger.model import Entry
from tests.unit.cli.audit.books import KEYS
from tests.unit.cli.audit.history import History
from tests.unit.cli.audit.test_gate import DAYS

OWN = "340706-390"


def red(entry: Entry, number: str = "V1") -> Voucher:
    return take_back(entry, CorrectionOrder(entry=entry.id, summary="冲销"), number, entry.business_date)


def said(*draw: Callable[[Entry], Voucher]) -> str:
    """Say what an audit finds where two people take back in red what stands in the books of the first day."""
    plot = Plot(late_in_bank=0, late_booked=0, repay=0, clawback=0, recovered=0)
    made = History(county(17, people=12, stays=2, visits=8, days=DAYS, plot=plot))
    appropriate, drawn = made.books._appropriate, list(draw)

    def and_take_back() -> None:
        appropriate()
        first = next(one for one in made.books._entries[min(made.books._entries)] if one.book == OWN)
        while drawn:
            made.books._book(drawn.pop(0)(first))

    made.books._appropriate = and_take_back  # type: ignore[method-assign]
    made.write()
    return "\n".join(str(one) for one in audit(made.scribe.logs, KEYS, lambda *_: None, 1).first)


def changed(**fields: Any) -> Callable[[Entry], Voucher]:
    return lambda entry: red(entry).model_copy(update=fields)


def test_an_entry_that_two_people_take_back_is_taken_back() -> None:
    assert said(red) == ""


def test_a_correction_from_before_the_template_was_said_is_as_good() -> None:
    assert said(changed(corrects_template=None)) == ""


@pytest.mark.parametrize(
    "other",
    [changed(corrects=UUID(int=7)), changed(corrects_day=DAYS[1]), changed(corrects_template="T99")],
    ids=["entry", "day", "kind"],
)
def test_a_correction_of_what_does_not_stand_where_it_says_is_named(other: Callable[[Entry], Voucher]) -> None:
    assert "voucher V1 takes back an entry; expected True, found False" in said(other)


def test_an_entry_that_is_taken_back_twice_is_named() -> None:
    assert "voucher V2 takes back what was taken back; expected False, found True" in said(
        red, lambda one: red(one, "V2")
    )
