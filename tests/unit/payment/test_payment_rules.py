"""The rules of payment: nothing is lost or paid twice, two people sign, the bank is believed whole or not at all."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.errors import Fault
from services.payment.decide import approval, returns
from services.payment.decide.proposal import propose
from services.payment.decide.repayment import repay
from tests.unit.payment.given import DIGEST, TODAY, answer, batch, due, order, payee, proposed

amounts = st.lists(st.integers(1, 10**9), min_size=1, max_size=1_200)
few = st.lists(st.integers(1, 10**9), min_size=1, max_size=8)


@given(amounts)
def test_every_fen_that_is_due_is_in_exactly_one_batch(wanted: list[int]) -> None:
    made = proposed(wanted).batches
    assert [line.amount for body in made for line in body.lines] == wanted
    assert [body.total for body in made] == [sum(line.amount for line in body.lines) for body in made]


@given(amounts)
def test_no_batch_has_more_than_500_lines(wanted: list[int]) -> None:
    assert max(len(body.lines) for body in proposed(wanted).batches) <= 500


@given(amounts)
def test_no_line_number_is_given_twice(wanted: list[int]) -> None:
    numbers = [line.line for body in proposed(wanted).batches for line in body.lines]
    assert len(set(numbers)) == len(numbers)


@given(few, st.integers(1, 10))
def test_a_limit_takes_the_oldest(wanted: list[int], limit: int) -> None:
    [body] = proposed(wanted, limit).batches
    assert [line.amount for line in body.lines] == wanted[:limit]


def test_who_cannot_be_paid_is_told_with_claims_and_fen() -> None:
    dues = [due(1, 100), due(2, 200), due(2, 300)]
    proposal = propose(order(), dues, {"P1": payee(1)}, lambda _: True, maker="wang.wu", numbers=iter(["B1"]))
    [left] = proposal.left_out
    assert (left.payee, left.claims, left.amount, left.code) == ("P2", 2, 500, "NO_ACCOUNT")


def test_a_name_that_the_bank_cannot_write_is_left_out() -> None:
    proposal = propose(order(), [due(1, 100)], {"P1": payee(1)}, lambda _: False, maker="wang.wu", numbers=iter(["B1"]))
    assert [left.code for left in proposal.left_out] == ["NAME_DOES_NOT_FIT"]
    assert proposal.batches == ()


def test_a_batch_that_nothing_touched_has_no_changes() -> None:
    seen = batch(100, 200, status="proposed", state="proposed")
    left = {line.claim: line.split for line in seen.lines}
    payees = {line.payee: payee(n) for n, line in enumerate(seen.lines)}
    assert list(approval.changes(seen, left, payees)) == []


def test_a_claim_that_is_no_longer_owed_is_a_change() -> None:
    seen = batch(100, status="proposed", state="proposed")
    assert [fault.code for fault in approval.changes(seen, {}, {"P0": payee(0)})] == ["AMOUNT_CHANGED"]


def test_a_new_version_of_an_account_is_a_change() -> None:
    seen = batch(100, status="proposed", state="proposed")
    left = {line.claim: line.split for line in seen.lines}
    assert [fault.code for fault in approval.changes(seen, left, {"P0": payee(0, 2)})] == ["ACCOUNT_CHANGED"]


def test_the_maker_is_no_checker() -> None:
    fault = approval.check_checker(batch(100, status="proposed", state="proposed"), "wang.wu")
    assert fault is not None
    assert fault.code == "SAME_PERSON"


@given(few)
def test_the_file_asks_for_what_the_batch_says(wanted: list[int]) -> None:
    seen = batch(*wanted)
    payees = {line.payee: payee(n) for n, line in enumerate(seen.lines)}
    file = approval.order_file(seen, payees, TODAY)
    assert sum(row.amount for row in file.rows) == seen.total == approval.seal(seen, "zhao.liu", DIGEST).total


@given(few, st.frozensets(st.integers(0, 7)))
def test_what_the_bank_paid_less_what_came_back_is_what_it_kept(wanted: list[int], back: frozenset[int]) -> None:
    seen = batch(*wanted)
    file = answer(seen, back)
    assert returns.check(file, seen, TODAY) == []
    confirmed = returns.confirmed(file, seen)
    came_back = sum(body.line.amount for body in returns.returned(file, seen))
    assert confirmed is not None
    kept = sum(amount for n, amount in enumerate(wanted) if n not in back)
    assert confirmed.total - came_back == kept


@given(few, st.data())
def test_one_wrong_amount_makes_the_whole_file_wrong(wanted: list[int], data: st.DataObject) -> None:
    seen = batch(*wanted)
    file = answer(seen)
    place = data.draw(st.integers(0, len(wanted) - 1))
    wrong = file.rows[place].model_copy(update={"amount": wanted[place] + 1})
    forged = replace(file, rows=(*file.rows[:place], wrong, *file.rows[place + 1 :]))
    assert {"WRONG_AMOUNT", "TOTAL_DIFFERS"} <= {fault.code for fault in returns.check(forged, seen, TODAY)}


def test_a_line_that_stands_twice_in_a_file_is_a_fault() -> None:
    seen = batch(100, 200)
    file = answer(seen)
    doubled = replace(file, rows=(file.rows[0], file.rows[0], file.rows[1]))
    assert "LINE_TWICE" in {fault.code for fault in returns.check(doubled, seen, TODAY)}


def test_money_does_not_come_back_before_it_went() -> None:
    seen = batch(100)
    early = answer(seen, frozenset({0}))
    row = early.rows[0].model_copy(update={"value_date": TODAY - timedelta(1)})
    faults = returns.check(replace(early, rows=(row,)), seen, TODAY)
    assert [(fault.code, fault.field) for fault in faults] == [("DATE_BEFORE_ORDER", "rows.1.value_date")]


@pytest.mark.parametrize(("version", "refused"), [(1, True), (2, False)])
def test_a_closed_account_must_be_corrected_before_it_is_paid_again(version: int, *, refused: bool) -> None:
    verdict = repay(
        batch(100, status="paid", state="returned"), "B001-0001", payee(0, version), "corrected", lapsed=False
    )
    assert isinstance(verdict, Fault) == refused


def test_a_line_that_is_being_repaid_cannot_be_asked_for_again() -> None:
    verdict = repay(batch(100, status="paid", state="repaying"), "B001-0001", payee(0, 2), "corrected", lapsed=False)
    assert isinstance(verdict, Fault)
    assert verdict.code == "LINE_NOT_RETURNED"
