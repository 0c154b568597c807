"""Who holds the key of the seals and states another figure is found: every figure follows from the logs."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from contracts.closing import STREAM, Aged, DayClosed, MonthClosed, OpenException, YearClosed
from contracts.envelope import Event, shard_of
from services.cli.audit.replay import audit
from services.cli.demo.county import county
from services.cli.demo.scenario import Plot
from services.ledger.decide.seal import Closed, sealed
from tests.faults.tamperings import rechain
from tests.unit.cli.audit.books import KEYS, SIGNER
from tests.unit.cli.audit.history import History
from tests.unit.cli.audit.logs import Logs

DAYS = (date(2017, 3, 1), date(2017, 3, 2))
SHARD = shard_of(STREAM)
Change = Callable[[Any], dict[str, Any]]


def sealed_history(*, heads: bool = True, careful: bool = True) -> Logs:
    """Two days, their month and its year, all sealed; without heads as it was before seals stated them.

    Who is not careful leaves 收入户 full at the month's end, and income and expense where they are at the year's.
    """
    plot = Plot(late_in_bank=0, late_booked=0, repay=0, clawback=0, recovered=0)
    history = History(county(17, people=12, stays=2, visits=8, days=DAYS, plot=plot))
    history.books.states_heads, history.books.careful = heads, careful
    history.write()
    history.books.seal_period("2017-03")
    history.books.seal_period("2017")
    return history.scribe.logs


@pytest.fixture(scope="module")
def logs() -> Logs:
    return sealed_history()


def said(logs: Logs) -> Sequence[str]:
    return [str(one) for one in audit(logs, KEYS, lambda *_: None, 1).first]


def resealed(logs: Logs, kind: type[Closed], change: Change) -> Sequence[str]:
    """State something else in the last seal of a kind, sign it, hash the chain again; gives what the audit says."""
    copy = logs.copy()
    rows = copy.rows["ledger", SHARD]
    at = max(n for n, row in enumerate(rows) if f'"kind":"{kind.KIND}"'.encode() in row)
    event = Event.from_line(rows[at])
    body = kind.model_validate_json(event.body)
    other = body.model_copy(update=change(body))
    signed = sealed(other, other.checker, other.heads, SIGNER)
    rechain(rows, at, event._replace(body=signed.canonical().decode()))
    return [one for one in said(copy) if one.startswith(f"ledger/{SHARD}/{at + 1}: ")]


def another_balance(body: Any) -> dict[str, Any]:
    first, *others = body.books
    line, *lines = first.trial
    moved = line.model_copy(update={"debit": line.debit + 1, "closing": line.closing + 1})
    return {"books": (first.model_copy(update={"trial": (moved, *lines)}), *others)}


def another_count(body: Any) -> dict[str, Any]:
    first, *others = body.books
    return {"books": (first.model_copy(update={"entries": first.entries + 1}), *others)}


def one_book_less(body: Any) -> dict[str, Any]:
    return {"books": body.books[1:]}


def one_debt_more(body: Any) -> dict[str, Any]:
    return {"aged": (*body.aged, Aged(book=body.books[0].book, account="1101-医院", balance=1, since=DAYS[0]))}


def one_answer_more(body: Any) -> dict[str, Any]:
    answer = OpenException(
        exception="CY-1",
        bank_account="340706-390-OUT",
        side="balance",
        item="1101-医院",
        amount=1,
        reason="次年归还",
        owner="sun",
        expires=DAYS[1],
    )
    return {"exceptions": (*body.exceptions, answer)}


def one_bank_less(body: Any) -> dict[str, Any]:
    return {"banks": body.banks[1:]}


def another_first_number(body: Any) -> dict[str, Any]:
    first, *others = body.books
    return {"books": (first.model_copy(update={"first": first.first + 1}), *others)}


def another_head(body: Any) -> dict[str, Any]:
    first, *others = body.heads
    return {"heads": (first.model_copy(update={"hash": "f" * 64}), *others)}


def an_earlier_head(body: Any) -> dict[str, Any]:
    return {"heads": tuple(one.model_copy(update={"seq": 0, "hash": "0" * 64}) for one in body.heads)}


def one_head_less(body: Any) -> dict[str, Any]:
    return {"heads": body.heads[1:]}


def no_heads(body: Any) -> dict[str, Any]:
    return {"heads": ()}


def test_an_untouched_history_has_no_differences(logs: Logs) -> None:
    assert said(logs) == []


@pytest.mark.parametrize(
    ("kind", "change", "what"),
    [
        (DayClosed, another_balance, "balance of"),
        (DayClosed, another_count, "entries and sums of"),
        (DayClosed, another_first_number, "entries and sums of"),
        (DayClosed, one_book_less, "books on 2017-03-02"),
        (DayClosed, one_bank_less, "bank accounts on 2017-03-02"),
        (DayClosed, one_answer_more, "open differences of 2017-03-02"),
        (MonthClosed, another_balance, "balance of"),
        (MonthClosed, another_count, "entries and sums of"),
        (MonthClosed, one_book_less, "books in 2017-03"),
        (MonthClosed, one_debt_more, "暂付 and 暂收 of 2017-03"),
        (MonthClosed, one_answer_more, "open differences of 2017-03"),
        (YearClosed, another_balance, "balance of"),
        (YearClosed, another_count, "entries and sums of"),
        (YearClosed, one_book_less, "books in 2017"),
        (YearClosed, one_debt_more, "暂付 and 暂收 of 2017"),
        (YearClosed, one_answer_more, "open differences of 2017"),
    ],
)
def test_a_signed_figure_that_does_not_follow_from_the_logs_is_found(
    logs: Logs, kind: type[Closed], change: Change, what: str
) -> None:
    assert any(f": {what}" in one for one in resealed(logs, kind, change))


@pytest.mark.parametrize("kind", [DayClosed, MonthClosed, YearClosed])
@pytest.mark.parametrize(
    ("change", "what"),
    [
        (another_head, "was sealed"),
        (an_earlier_head, "is not before that of the seal before"),
        (one_head_less, "shards of the ledger in the seal"),
        (no_heads, "is not before that of the seal before"),
    ],
)
def test_a_seal_that_states_another_end_of_the_ledgers_own_log_is_found(
    logs: Logs, kind: type[Closed], change: Change, what: str
) -> None:
    assert any(what in one for one in resealed(logs, kind, change))


def test_seals_that_were_made_before_seals_stated_heads_are_good() -> None:
    assert said(sealed_history(heads=False)) == []


@pytest.mark.parametrize(
    "why", ["what keeps 2017-03 open; expected nothing, found 340706-390: 收入户 1002", "what keeps 2017 open"]
)
def test_a_period_that_was_signed_although_it_could_not_be_closed_is_found(why: str) -> None:
    assert any(why in one for one in said(sealed_history(careful=False)))
