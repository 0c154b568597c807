"""What the bank gave back and the ledger booked as never to be paid again (退票不再支付, T11) is not paid."""

from uuid import uuid4

import pytest

from contracts.envelope import Event
from tests.service.payment.given import (
    Desk,
    approved,
    claim,
    codes,
    corrected,
    given_back,
    lapsed,
    person,
    recovered,
    taken_back,
)
from tests.service.payment.test_recovered import excess


async def sent_back(desk: Desk, batch: str) -> str:
    """The bank pays the batch and sends its line back; nobody has asked yet that it be paid again."""
    await desk.bank_says(batch, voucher=f"OUT-{batch}")
    answer = await desk.bank_says(batch, {0: "unknown"}, kind="late", voucher=f"LATE-{batch}")
    assert answer.status_code == 200, answer.text
    line: str = (await desk.lines(batch))[0]["line"]
    return line


async def come_back(desk: Desk, batch: str) -> str:
    """The bank sends the line of the batch back, and it may be paid again."""
    line = await sent_back(desk, batch)
    answer = await desk.post(f"/lines/{line}/repay", {"reason": "the bank was asked"}, actor="li.si", role="clerk")
    assert answer.status_code == 200, answer.text
    return line


async def booked(desk: Desk, amount: int, number: str = "T1", template: str = "T11") -> Event:
    await desk.booked(lapsed(1, amount, number, template))
    return desk.books[-1]


async def shown(desk: Desk) -> list[tuple[int, int]]:
    """List what lapsed, and what was booked too much."""
    return [(row["amount"], row["too_much"]) for row in (await desk.get("/payables/lapsed")).json()["lapsed"]]


@pytest.mark.parametrize("template", ["T11", "T11y"])
async def test_what_lapsed_is_not_put_into_a_batch_and_is_shown(desk: Desk, template: str) -> None:
    await come_back(desk, await desk.ordered(1_000))
    before = len(await desk.payables())
    await booked(desk, 1_000, template=template)
    assert (before, await desk.payables(), await desk.made(), await shown(desk)) == (1, [], [], [(1_000, 0)])


async def test_nobody_can_let_it_be_paid_again(desk: Desk) -> None:
    line = await sent_back(desk, await desk.ordered(1_000))
    await booked(desk, 1_000)
    answer = await desk.post(f"/lines/{line}/repay", {"reason": "asked"}, actor="li.si", role="clerk")
    assert (answer.status_code, codes(answer)) == (409, [("NEVER_PAYABLE", "line")])


async def test_a_red_voucher_has_it_paid_again(desk: Desk) -> None:
    line = await come_back(desk, await desk.ordered(1_000))
    await desk.booked(corrected(await booked(desk, 1_000)))
    assert (await desk.payables(), await shown(desk)) == ([(claim(1), 1_000, line)], [])


async def test_a_part_of_it_leaves_the_rest_to_be_paid(desk: Desk) -> None:
    line = await come_back(desk, await desk.ordered(1_000))
    await booked(desk, 400)
    before = await desk.payables()
    [again] = await desk.made()
    sealed = await desk.approve(again)
    assert (before, sealed.status_code) == ([(claim(1), 600, line)], 200)
    assert (await desk.payables(), await shown(desk), await excess(desk)) == ([], [(400, 0)], [])


async def test_a_batch_made_before_it_was_booked_is_void(desk: Desk) -> None:
    await come_back(desk, await desk.ordered(1_000))
    [again] = await desk.made()
    await booked(desk, 1_000)
    answer = await desk.approve(again)
    assert (answer.status_code, codes(answer)) == (409, [("AMOUNT_CHANGED", "lines.0.amount")])
    assert (await desk.payables(), await shown(desk)) == ([], [(1_000, 0)])


async def test_a_batch_that_the_bank_has_already_is_shown_as_booked_too_much(desk: Desk) -> None:
    await come_back(desk, await desk.ordered(1_000))
    [again] = await desk.made()
    await desk.approve(again)
    await booked(desk, 1_000)
    assert await shown(desk) == [(0, 1_000)]


async def test_what_was_taken_back_meanwhile_lapses_before_what_is_owed(desk: Desk) -> None:
    line = await come_back(desk, await desk.ordered(1_000))
    await desk.hear(taken_back(1, 400))
    await booked(desk, 400)
    assert (await desk.payables(), await shown(desk)) == ([(claim(1), 600, line)], [])


async def test_what_is_given_back_after_it_lapsed_is_shown_until_the_voucher_is_taken_back(desk: Desk) -> None:
    line, taken = await come_back(desk, await desk.ordered(1_000)), taken_back(1, 400)
    await desk.hear(taken)
    voucher = await booked(desk, 400)
    await desk.hear(given_back(taken))
    before = (await desk.payables(), await shown(desk))
    await desk.booked(corrected(voucher))
    assert (before, await desk.payables()) == (([(claim(1), 600, line)], [(400, 0)]), [(claim(1), 1_000, line)])


async def test_what_a_newer_decision_owes_above_it_is_paid_from_the_fund(desk: Desk) -> None:
    await sent_back(desk, await desk.ordered(1_000))
    await booked(desk, 1_000)
    await desk.hear(approved(1, 1_500).model_copy(update={"supersedes": uuid4()}), taken_back(1, 1_000, "S1"))
    before = await desk.payables()
    [again] = await desk.made()
    assert ((await desk.approve(again)).status_code, before) == (200, [(claim(1), 500, None)])


@pytest.mark.parametrize(("owed", "rest"), [(1_500, 500), (1_200, 200)], ids=str)
async def test_no_more_is_paid_again_than_is_still_held(desk: Desk, owed: int, rest: int) -> None:
    line = await come_back(desk, await desk.ordered(1_000))
    await booked(desk, 400)
    await desk.hear(approved(1, owed).model_copy(update={"supersedes": uuid4()}), taken_back(1, 1_000, "S1"))
    again = []
    while due := await desk.payables():
        [batch] = await desk.made()
        assert (await desk.approve(batch)).status_code == 200
        again += due
    assert again == [(claim(1), 600, line), (claim(1), rest, None)]


async def test_what_came_back_by_mistake_is_shown_as_too_much_beside_it(desk: Desk) -> None:
    await sent_back(desk, await desk.ordered(1_000))
    await booked(desk, 1_000)
    await desk.hear(approved(1, 1_500).model_copy(update={"supersedes": uuid4()}), taken_back(1, 1_000, "S1"))
    [again] = await desk.made()
    await desk.approve(again)
    await desk.booked(recovered(1, 100))
    assert (await excess(desk), await shown(desk), await desk.payables()) == ([100], [(1_000, 0)], [])


async def test_a_line_that_lapsed_does_not_hold_up_another_that_came_back(desk: Desk) -> None:
    await sent_back(desk, await desk.ordered(1_000))
    await booked(desk, 1_000)
    await desk.hear(approved(1, 1_500).model_copy(update={"supersedes": uuid4()}), taken_back(1, 1_000, "S1"))
    [again] = await desk.made()
    await desk.approve(again)
    line = await come_back(desk, again)
    assert await desk.payables() == [(claim(1), 500, line)]


async def test_a_line_that_nobody_let_be_paid_again_lapses_before_one_that_may(desk: Desk) -> None:
    first = await desk.ordered(500)
    await desk.hear(approved(1, 1_500).model_copy(update={"supersedes": uuid4()}), taken_back(1, 500, "S1"))
    [second] = await desk.made()
    await desk.approve(second)
    line = await come_back(desk, first)
    await sent_back(desk, second)
    await booked(desk, 1_000)
    assert await desk.payables() == [(claim(1), 500, line)]


@pytest.mark.parametrize(("n", "template"), [(0, "T11"), (1, "T10")], ids=["no claim", "repayment"])
async def test_another_voucher_lets_nothing_lapse(desk: Desk, n: int, template: str) -> None:
    line = await come_back(desk, await desk.ordered(1_000))
    await desk.booked(lapsed(n, 1_000, template=template))
    assert await desk.payables() == [(claim(1), 1_000, line)]


async def test_what_never_came_back_does_not_lapse(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    await booked(desk, 1_000)
    assert await desk.payables() == [(claim(1), 1_000, None)]
