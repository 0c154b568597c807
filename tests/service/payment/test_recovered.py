"""Money that came back by voucher closes the receivable (追回款到账), and is paid again if the clawback is undone."""

from uuid import uuid4

import pytest

from tests.service.payment.given import Desk, approved, claim, corrected, given_back, person, recovered, taken_back

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


async def excess(desk: Desk) -> list[int]:
    return [row["amount"] for row in (await desk.get("/receivables/excess")).json()["excess"]]


async def come_back(desk: Desk, batch: str) -> str:
    """The bank pays the batch and sends its line back later; the line may be paid again."""
    await desk.bank_says(batch)
    await desk.bank_says(batch, {0: "unknown"}, kind="late", voucher=f"LATE-{batch}")
    line: str = (await desk.lines(batch))[0]["line"]
    await desk.post(f"/lines/{line}/repay", {"reason": "the bank was asked"}, actor="li.si", role="clerk")
    return line


async def test_what_came_back_by_voucher_and_from_the_bank_is_paid_again_in_full(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.hear(TAKEN)
    await desk.booked(recovered(1, 400))
    line = await come_back(desk, batch)
    before = await desk.payables()
    [again] = await desk.made()
    assert (await desk.approve(again)).status_code == 200
    assert (before, await desk.payables(), await receivables(desk)) == ([(claim(1), 1_000, line)], [], [])


async def test_a_line_that_is_paid_again_is_paid_for_what_it_was_paid_for(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.hear(approved(1, 600).model_copy(update={"supersedes": uuid4()}), taken_back(1, 1_000, "S1"))
    await desk.booked(recovered(1, 400))
    await come_back(desk, batch)
    [again] = await desk.made()
    [first], [second] = await desk.lines(batch), await desk.lines(again)
    assert (second["amount"], second["decision"]) == (1_000, first["decision"])


async def test_a_voucher_for_what_had_not_to_come_back_any_more_is_shown_as_too_much(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.hear(TAKEN)
    await come_back(desk, batch)
    [again] = await desk.made()
    await desk.approve(again)
    before = await excess(desk)
    await desk.booked(recovered(1, 400))
    assert (before, await excess(desk), await desk.payables()) == ([], [400], [])


async def test_a_red_voucher_gives_back_what_was_too_much(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.booked(recovered(1, 400))
    before = await excess(desk)
    await desk.booked(corrected(desk.books[-1]))
    assert (before, await excess(desk), await desk.payables()) == ([400], [], [])


async def test_a_recovery_that_is_taken_back_in_red_opens_the_receivable_again(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(TAKEN)
    await desk.booked(recovered(1, 400))
    before = await receivables(desk)
    await desk.booked(corrected(desk.books[-1]))
    assert (before, await receivables(desk)) == ([], [400])


async def test_a_red_voucher_of_something_else_changes_nothing(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(TAKEN)
    await desk.booked(recovered(1, 400), recovered(1, 400, "V2", template="T25"))
    await desk.booked(corrected(desk.books[-1]))
    assert await receivables(desk) == []


async def test_a_voucher_for_a_claim_that_was_never_paid_pays_nothing_more(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    await desk.booked(recovered(1, 400))
    assert await desk.payables() == [(claim(1), 1_000, None)]


async def test_what_several_layers_paid_and_got_back_by_voucher_can_be_paid_again(desk: Desk) -> None:
    taken = taken_back(1, 299, assistance=99)
    await desk.hear(approved(1, 299, assistance=99))
    await desk.accounts(person(1))
    [first] = await desk.made()
    await desk.approve(first)
    await desk.hear(taken)
    await desk.booked(recovered(1, 299))
    await desk.hear(given_back(taken))
    [second] = await desk.made()
    assert (await desk.approve(second)).status_code == 200
    assert [(line["basic"], line["assistance"]) for line in await desk.lines(second)] == [(299, 0)]
