"""Every template that is booked by hand can be drawn up and booked, in every book that it is for."""

from itertools import product

import pytest

from services.ledger.chart import load_chart
from services.ledger.decide.post import post
from services.ledger.decide.vouchers import CorrectionOrder, VoucherOrder, VoucherRefusedError, draw_up, take_back
from tests.unit.ledger.books import given

CHART = load_chart()
BOOKS = {"resident": "340706-390", "employee": "340706-310", "assistance": "340706-610", "reference": "340706-320"}

ORDERS = [
    VoucherOrder(
        book=BOOKS[family], template=template.id, amount=700, choices=dict(zip(case.choose, picked, strict=True))
    )
    for template in CHART.templates
    for case in template.cases
    if case.event == "manual"
    for family in (case.families or BOOKS)
    for picked in product(*case.choose.values())
]


@pytest.mark.parametrize(
    "order", ORDERS, ids=[f"{one.template} {one.book} {' '.join(one.choices.values())}".strip() for one in ORDERS]
)
def test_draws_up_and_books(order: VoucherOrder) -> None:
    voucher = draw_up(order, CHART, "V1", given.DAY)

    entry = post(given.event(given.approved(voucher)), CHART)[0]

    assert (entry.template, entry.book, sum(line.signed for line in entry.lines)) == (order.template, order.book, 0)


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_a_voucher_of_a_template_is_over_the_amount_that_was_asked_for(order: VoucherOrder) -> None:
    assert draw_up(order, CHART, "V1", given.DAY).amount() == 700


def test_the_templates_without_an_event_yet_are_all_bookable_by_hand() -> None:
    by_hand = {order.template for order in ORDERS}

    assert {"T02", "T03", "T07", "T11", "T12", "T13", "T14", "T15", "T16", "T17", "T19", "T22", "T25"} <= by_hand
    assert {"T26", "T27", "T28", "T29", "T30"} <= by_hand


@pytest.mark.parametrize("nothing", ["T23", "T24", "T33"])
def test_what_books_nothing_cannot_be_drawn_up(nothing: str) -> None:
    with pytest.raises(VoucherRefusedError) as refusal:
        draw_up(VoucherOrder(book=given.BOOK, template=nothing, amount=1, choices={}), CHART, "V1", given.DAY)

    assert refusal.value.code == "UNKNOWN_TEMPLATE"


def test_a_payment_that_an_event_booked_is_taken_back_line_by_line() -> None:
    paid = post(given.event(given.confirmed()), CHART)[0]

    voucher = take_back(paid, CorrectionOrder(entry=str(paid.id), summary="重复"), "V1", given.DAY)
    red = post(given.event(given.approved(voucher)), CHART)[0]

    assert voucher.amount() == -paid.debits()
    assert [(line.account, line.side, line.amount) for line in red.lines] == [
        (line.account, line.side, -line.amount) for line in paid.lines
    ]


def test_the_memo_register_is_not_corrected_by_hand() -> None:
    memo = post(given.event(given.adjudicated()), CHART)[0]

    with pytest.raises(VoucherRefusedError) as refusal:
        take_back(memo, CorrectionOrder(entry=str(memo.id), summary="x"), "V1", given.DAY)

    assert refusal.value.code == "MEMO_BOOK"
