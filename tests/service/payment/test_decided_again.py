"""A claim that was decided again is paid the difference, once, and never more than is owed in all (补差)."""

from uuid import uuid4

from contracts.claims import Adjudicated
from contracts.clawbacks import Clawback
from tests.service.payment.given import Desk, approved, claim, person, taken_back


def again(fund: int, **layers: int) -> tuple[Adjudicated, Clawback]:
    """What adjudication says when claim 1, decided at 1,000 fen, is decided at ``fund``."""
    newer = approved(1, fund, **layers).model_copy(update={"round": 2, "supersedes": uuid4()})
    return newer, taken_back(1, 1_000, f"S{fund}")


async def test_before_it_is_paid_the_new_amount_is_due(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000), *again(1_300))
    assert await desk.payables() == [(claim(1), 1_300, None)]


async def test_after_it_was_paid_the_difference_is_due(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(*again(1_300))
    assert await desk.payables() == [(claim(1), 300, None)]


async def test_the_difference_is_ordered_once(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(*again(1_300))
    [batch] = await desk.made()
    assert (await desk.approve(batch)).status_code == 200
    assert (await desk.payables(), [line["amount"] for line in await desk.lines(batch)]) == ([], [300])


async def test_a_lower_decision_after_payment_is_a_receivable(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(*again(700))
    found = (await desk.get("/receivables")).json()["receivables"]
    assert ([row["amount"] for row in found], await desk.payables()) == ([300], [])


async def test_a_claim_denied_after_payment_is_owed_back_whole(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(taken_back(1, 1_000, "S0"))
    found = (await desk.get("/receivables")).json()["receivables"]
    assert [row["amount"] for row in found] == [1_000]


async def test_what_people_took_back_is_owed_back_again_when_a_claim_denied_meanwhile_is_approved(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(taken_back(1, 400), taken_back(1, 600, "S0"))
    newer = approved(1, 1_000).model_copy(update={"round": 3, "supersedes": uuid4()})
    await desk.hear(newer, taken_back(1, 400, "S1").model_copy(update={"repeats": "K1"}))
    found = (await desk.get("/receivables")).json()["receivables"]
    assert ([row["amount"] for row in found], await desk.payables()) == ([400], [])


async def test_a_batch_made_before_the_new_decision_is_void_for_more_is_owed(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    [batch] = await desk.made()
    await desk.hear(*again(700))
    answer = await desk.approve(batch)
    assert (answer.status_code, answer.json()["code"], await desk.payables()) == (
        409,
        "BATCH_CHANGED",
        [(claim(1), 700, None)],
    )


async def test_a_line_that_came_back_is_repaid_whole_and_the_difference_beside_it(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.bank_says(batch, {0: "unknown"})
    await desk.hear(*again(1_300))
    [line] = await desk.lines(batch)
    held = await desk.payables()
    await desk.post(f"/lines/{line['line']}/repay", {"reason": "the bank was asked"}, actor="li.si", role="clerk")
    repaid = await desk.payables()
    await desk.made()
    assert (held, repaid, await desk.payables()) == (
        [],
        [(claim(1), 1_000, line["line"])],
        [(claim(1), 300, None)],
    )


async def test_where_another_layer_pays_now_the_whole_difference_is_paid_and_no_more(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(*again(1_300, assistance=500))
    [batch] = await desk.made()
    [line] = await desk.lines(batch)
    assert (line["amount"], line["basic"], line["assistance"]) == (300, 0, 300)


async def test_one_batch_of_events_or_many_owe_the_same(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000), *again(1_300))
    for body in (approved(2, 1_000), approved(2, 1_300).model_copy(update={"supersedes": uuid4()})):
        await desk.hear(body)
    await desk.hear(taken_back(2, 1_000, "S2"))
    assert [amount for _, amount, _ in await desk.payables()] == [1_300, 1_300]
