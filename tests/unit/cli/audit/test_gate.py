"""A day that was signed although the gate should have refused it is found from the logs alone, with its reason."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
import pytest

from contracts.bank import ExceptionOpened
from contracts.canonical import canonical
from contracts.closing import STREAM
from contracts.days import DayEndCalled
from contracts.envelope import Event, shard_of
from contracts.ledger import ChartPublished
from services.cli.audit.replay import audit
from services.cli.demo.county import county
from services.cli.demo.scenario import Plot
from services.ledger.publishing import VOUCHERS_STREAM
from tests.faults.tamperings import leave_out, rechain
from tests.unit.cli.audit.books import KEYS, Books
from tests.unit.cli.audit.history import History
from tests.unit.cli.audit.logs import Logs

DAYS = (date(2017, 3, 1), date(2017, 3, 2))
AFTER = date(2017, 4, 2)
OUT = "340706-390-OUT"
KEPT_OPEN = "what keeps 2017-03-02 open; expected nothing, found "


def history(careless: Callable[[Books], Any] = lambda _: None) -> History:
    """Two days, sealed; ``careless`` is told what the ledger does not take care of."""
    plot = Plot(late_in_bank=0, late_booked=0, repay=0, clawback=0, recovered=0)
    made = History(county(17, people=12, stays=2, visits=8, days=DAYS, plot=plot))
    careless(made.books)
    made.write()
    return made


@pytest.fixture(scope="module")
def logs() -> Logs:
    return history().scribe.logs


def found(logs: Logs) -> list[str]:
    """Give what an audit finds at seals."""
    said = [str(one) for one in audit(logs, KEYS, lambda *_: None, 1).first]
    return [one.partition(": ")[2] for one in said if one.startswith(f"ledger/{shard_of(STREAM)}/")]


def without(logs: Logs, mark: str) -> Logs:
    """Take the last row with a mark out of the logs."""
    copy, place, line = last(logs, mark)
    leave_out(copy.rows[place], line, None)  # type: ignore[arg-type, index]
    return copy


def last(logs: Logs, mark: str) -> tuple[Logs, Any, int]:
    rows = [(place, n) for place, lines in logs.rows.items() for n, row in enumerate(lines) if mark.encode() in row]
    place, line = max(rows, key=lambda one: Event.from_line(logs.rows[one[0]][one[1]]).recorded_at)
    return logs.copy(), place, line


def test_a_day_that_the_gate_lets_pass_has_no_differences(logs: Logs) -> None:
    assert found(logs) == []


def test_a_bank_line_that_nobody_matched_and_nobody_answers_for_is_named() -> None:
    said = found(history(lambda books: books.unmatched.add(DAYS[1])).scribe.logs)
    assert any(one.startswith(f"{KEPT_OPEN}{OUT}: ") and "only on the side of the bank" in one for one in said)
    assert {one.partition(";")[0] for one in said} == {"what keeps 2017-03-02 open"}


def test_what_a_day_left_open_is_named_again_by_the_seal_of_the_next() -> None:
    said = found(history(lambda books: books.unmatched.add(DAYS[0])).scribe.logs)
    assert {one.partition(";")[0] for one in said} == {f"what keeps {day} open" for day in DAYS}


def test_a_balance_that_is_overdrawn_and_that_nobody_answers_for_is_named() -> None:
    said = found(history(lambda books: setattr(books, "appropriates", False)).scribe.logs)
    assert any(one.startswith(f"{KEPT_OPEN}340706-390: 1004 支出户存款 stands -") for one in said)


def test_a_shard_that_never_ended_the_day_is_named(logs: Logs) -> None:
    _, (_, shard), _ = last(logs, '"kind":"DayEnded"')
    assert f"{KEPT_OPEN}payment has not ended 2017-03-02 in shard {shard}" in found(without(logs, '"kind":"DayEnded"'))


def test_a_day_that_was_never_called_to_its_end_is_named(logs: Logs) -> None:
    assert f"{KEPT_OPEN}the end of 2017-03-02 has not been called" in found(without(logs, '"kind":"DayEndCalled"'))


def test_a_day_before_that_has_no_seal_is_named(logs: Logs) -> None:
    copy, place, _ = last(logs, '"kind":"DayClosed"')
    (first,) = [n for n, row in enumerate(copy.rows[place]) if b'"kind":"DayClosed"' in row][:-1]
    leave_out(copy.rows[place], first, None)  # type: ignore[arg-type]
    assert any(one.startswith(f"{KEPT_OPEN}2017-03-01 is not sealed") for one in found(copy))


def test_a_statement_that_never_came_is_named(logs: Logs) -> None:
    said = found(without(logs, f'"bank_account":"{OUT}","book":"340706-390","closing"'))
    assert f"{KEPT_OPEN}the statement of {OUT} for 2017-03-02 is not in" in said


def test_an_account_that_was_never_opened_is_named(logs: Logs) -> None:
    said = found(without(logs, f'"bank_account":"{OUT}","book":"340706-390","number"'))
    assert f"{KEPT_OPEN}{OUT} is posted to but was never opened" in said


def test_a_statement_that_does_not_open_where_the_day_before_closed_is_named(logs: Logs) -> None:
    copy, place, line = last(logs, f'"bank_account":"{OUT}","book":"340706-390","closing"')
    event = Event.from_line(copy.rows[place][line])
    body = event.body.replace('"opening":', '"opening":1', 1)
    rechain(copy.rows[place], line, event._replace(body=body))
    assert any("off the closing of the day before" in one for one in found(copy))


def test_control_totals_that_are_not_what_was_booked_are_named(logs: Logs) -> None:
    copy, place, line = last(logs, '"kind":"PaymentConfirmed"}')
    event = Event.from_line(copy.rows[place][line])
    at = event.body.index('"kind":"PaymentConfirmed"')
    before = event.body.rindex('"amount":', 0, at) + len('"amount":')
    rechain(copy.rows[place], line, event._replace(body=event.body[:before] + "9" + event.body[before:]))
    said = [one for one in found(copy) if one.startswith(f"{KEPT_OPEN}payment sent 1 PaymentConfirmed of ")]
    assert len(said) == 1


def test_an_exception_that_outlived_its_last_day_is_named() -> None:
    made = history()
    made.scribe.say("ledger", OUT, exception(expires=DAYS[0]))
    made.books.seal_day(AFTER)
    assert "what keeps 2017-04-01 open; expected nothing, found exception CY-1 expired on 2017-03-01" in found(
        made.scribe.logs
    )


def exception(expires: date) -> ExceptionOpened:
    return ExceptionOpened(
        exception="CY-1",
        bank_account=OUT,
        book="340706-390",
        day=DAYS[1],
        side="bank",
        item="2017-03-02/1",
        amount=1,
        reason="在途",
        owner="sun",
        expires=expires,
    )


def test_a_month_that_was_signed_while_its_days_were_still_going_on_is_named() -> None:
    made = history()
    made.books.seal_day(AFTER)
    made.books.seal_period("2017-04")
    assert "what keeps 2017-04 open; expected nothing, found 2017-04-02 is still open" in found(made.scribe.logs)


def test_a_month_that_was_signed_without_one_of_its_days_is_named() -> None:
    made = history()
    made.scribe.say("ledger", STREAM, DayEndCalled(day=date(2017, 3, 31), next=AFTER))
    made.books.seal_period("2017-03")
    assert "what keeps 2017-03 open; expected nothing, found 2017-03-31 is not sealed" in found(made.scribe.logs)


def test_a_year_that_was_signed_without_one_of_its_months_is_named() -> None:
    made = history()
    made.books.seal_period("2017")
    said = found(made.scribe.logs)
    assert "what keeps 2017 open; expected nothing, found 2017-03 is not sealed" in said


def test_a_month_that_was_signed_before_the_one_before_it_is_named() -> None:
    made = history()
    made.books.seal_day(AFTER)
    made.books.seal_period("2017-04")
    made.books.seal_period("2017-03")
    said = [one for one in found(made.scribe.logs) if "months and years are sealed in order" in one]
    assert [one.partition(";")[0] for one in said] == ["what keeps 2017-04 open"]


def test_a_month_in_which_no_day_was_ever_opened_is_named() -> None:
    made = history()
    made.books.seal_period("2017-02")
    nothing = "what keeps 2017-02 open; expected nothing, found nothing was ever opened in 2017-02"
    assert nothing in found(made.scribe.logs)


def chart_with_a_debt(books: Books, account: str) -> ChartPublished:
    """A chart by which funds owe each other with one account more."""
    content = orjson.loads(books.chart.content)
    for one in content["accounts"]:
        one["between_funds"] = one["between_funds"] or one["code"] == account
    text = canonical(content).decode()
    return ChartPublished(chart="another", chart_id=hashlib.sha256(text.encode()).hexdigest(), content=text)


def test_a_month_is_held_against_the_chart_that_was_the_newest_when_it_was_sealed() -> None:
    made = history()
    made.scribe.say("ledger", VOUCHERS_STREAM, chart_with_a_debt(made.books, "1004"))
    made.books.seal_period("2017-03")
    named = "what keeps 2017-03 open; expected nothing, found 340706: 暂付 and 暂收 between its funds differ by 1.00"
    assert found(made.scribe.logs) == [named]


def test_a_chart_that_was_published_after_a_month_was_sealed_says_nothing_about_it() -> None:
    made = history()
    made.books.seal_period("2017-03")
    made.scribe.say("ledger", VOUCHERS_STREAM, chart_with_a_debt(made.books, "1004"))
    assert said(made.scribe.logs) == ""


def answered_by(name: str) -> Logs:
    made = history(lambda books: setattr(books, "answers_with", name))
    made.books.seal_period("2017-03")
    return made.scribe.logs


def said(logs: Logs) -> str:
    return "\n".join(str(one) for one in audit(logs, KEYS, lambda *_: None, 1).first)


def matched_by_hand(agrees: str) -> Logs:
    return history(lambda books: setattr(books, "by_hand", agrees)).scribe.logs


def matched(rule: str, *, crosswise: bool = False) -> str:
    """Say of two matches of a day that their rule is another, or that each has what the other's bank line is."""

    def careless(books: Books) -> None:
        books.rule, books.crosswise = rule, crosswise

    return said(history(careless).scribe.logs)


def test_what_a_rule_matches_is_what_it_finds() -> None:
    assert matched("key") == ""


@pytest.mark.parametrize("rule", ["sum", "no_rule"])
def test_a_match_by_a_rule_that_is_not_sure_of_it_is_named(rule: str) -> None:
    assert f": {rule} finds it; expected True, found False" in matched(rule)


def test_matches_whose_sides_are_exchanged_are_named() -> None:
    assert ": key finds it; expected True, found False" in matched("key", crosswise=True)


def test_what_two_people_match_by_hand_is_matched() -> None:
    assert said(matched_by_hand("li")) == ""


def test_what_one_person_matches_by_hand_is_named() -> None:
    assert "maker and checker are two people" in said(matched_by_hand("sun"))


def test_a_match_by_hand_that_nobody_proposed_is_named() -> None:
    assert "a match by hand as proposed" in said(without(matched_by_hand("li"), '"kind":"MatchProposed"'))


def test_a_balance_that_two_people_answer_for_may_stand() -> None:
    assert said(answered_by("li")) == ""


def test_a_balance_that_one_person_answers_for_twice_is_named() -> None:
    assert "exception CY-0: maker and checker are two people" in said(answered_by("sun"))


def test_an_answer_for_a_balance_does_not_answer_for_more_than_was_agreed_to() -> None:
    made = history(lambda books: setattr(books, "answers_short", 1))
    made.books.seal_period("2017-03")
    assert any("what keeps 2017-03 open" in one and "收入户 1002" in one for one in said(made.scribe.logs).splitlines())


def test_an_answer_for_a_balance_that_nobody_proposed_is_named() -> None:
    assert "exception CY-0 as proposed" in said(without(answered_by("li"), '"kind":"ExceptionProposed"'))
