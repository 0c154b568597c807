"""Money that came back by voucher closes the receivable (追回款到账), and is paid again if the clawback is undone."""

import pytest

from tests.service.payment.given import Desk, claim, given_back, recovered, taken_back

TAKEN = taken_back(1, 400)


async def receivables(desk: Desk) -> list[int]:
    return [row["amount"] for row in (await desk.get("/receivables")).json()["receivables"]]


@pytest.mark.parametrize(("amounts", "open_"), [((), [400]), ((150,), [250]), ((150, 250), []), ((500,), [])], ids=str)
async def test_a_receivable_is_what_has_not_come_back_yet(
    desk: Desk, amounts: tuple[int, ...], open_: list[int]
) -> None:
    await desk.ordered(1_000)
    await desk.hear(TAKEN)
    for n, amount in enumerate(amounts):
        await desk.booked(recovered(1, amount, f"V{n}"))
    assert (await receivables(desk), await desk.payables()) == (open_, [])


async def test_a_recovery_of_an_earlier_year_closes_it_too(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(TAKEN)
    await desk.booked(recovered(1, 400, template="T22"))
    assert await receivables(desk) == []


@pytest.mark.parametrize(("n", "template"), [(0, "T21"), (1, "T25")], ids=["no claim", "interest"])
async def test_another_voucher_closes_nothing(desk: Desk, n: int, template: str) -> None:
    await desk.ordered(1_000)
    await desk.hear(TAKEN)
    await desk.booked(recovered(n, 400, template=template))
    assert await receivables(desk) == [400]


async def test_a_clawback_undone_after_the_money_came_back_is_paid_again_once(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(TAKEN)
    await desk.booked(recovered(1, 400))
    await desk.hear(given_back(TAKEN))
    before = await desk.payables()
    [batch] = await desk.made()
    assert (await desk.approve(batch)).status_code == 200
    assert (before, await desk.payables(), await receivables(desk)) == ([(claim(1), 400, None)], [], [])


async def test_the_voucher_may_be_known_before_the_clawback(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.booked(recovered(1, 400))
    early = await desk.payables()
    await desk.hear(TAKEN)
    assert (early, await receivables(desk), await desk.payables()) == ([], [], [])
