"""A clawback that was undone on appeal is owed again (追回撤销): paid if it never was, and no receivable any more."""

from uuid import uuid4

import pytest

from tests.service.payment.given import Desk, approved, claim, given_back, person, taken_back

TAKEN = taken_back(1, 400)


async def receivables(desk: Desk) -> list[int]:
    return [row["amount"] for row in (await desk.get("/receivables")).json()["receivables"]]


async def test_before_it_is_paid_all_of_it_is_due_again(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000), TAKEN)
    before = await desk.payables()
    await desk.hear(given_back(TAKEN))
    assert (before, await desk.payables()) == ([(claim(1), 600, None)], [(claim(1), 1_000, None)])


async def test_after_the_rest_was_paid_what_was_taken_is_paid_too_and_once(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000), TAKEN)
    await desk.accounts(person(1))
    [first] = await desk.made()
    await desk.approve(first)
    await desk.hear(given_back(TAKEN))
    [second] = await desk.made()
    assert (await desk.approve(second)).status_code == 200
    assert ([line["amount"] for line in await desk.lines(second)], await desk.payables()) == ([400], [])


async def test_after_all_was_paid_nothing_is_owed_either_way(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(TAKEN)
    before = await receivables(desk)
    await desk.hear(given_back(TAKEN))
    assert (before, await receivables(desk), await desk.payables()) == ([400], [], [])


async def test_a_batch_made_while_it_was_taken_is_void_for_more_is_owed(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000), TAKEN)
    await desk.accounts(person(1))
    [batch] = await desk.made()
    await desk.hear(given_back(TAKEN))
    assert (await desk.approve(batch)).json()["code"] == "BATCH_CHANGED"


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(("many", "last", "amount"), [(3, 2, 1_000), (5, 3, 1_300)])
async def test_it_is_owed_because_of_what_was_said_last(
    desk: Desk, at_once: bool, many: int, last: int, amount: int
) -> None:
    newer = approved(1, 1_300).model_copy(update={"round": 2, "supersedes": uuid4()})
    bodies = (approved(1, 1_000), TAKEN, given_back(TAKEN), newer, taken_back(1, 1_000, "S1"))[:many]
    for part in [bodies] if at_once else [(body,) for body in bodies]:
        await desk.hear(*part)
    async with desk.log.pool.acquire() as connection:
        cause = await connection.fetchval("select decision from state.payable")
    assert (await desk.payables(), cause) == ([(claim(1), amount, None)], desk.heard[last].id)
