"""Whatever people do at the same moment, a claim is paid once and a bank file is booked once."""

import asyncio
from collections import Counter

from tests.service.payment.given import ACCOUNT, BOOK, Desk, approved, person, taken_back

PEOPLE = 60


async def _everybody_is_due(desk: Desk) -> None:
    await desk.hear(*(approved(n, 1_000) for n in range(1, PEOPLE + 1)))
    await desk.accounts(*(person(n) for n in range(1, PEOPLE + 1)))


async def test_makers_who_work_at_once_take_no_claim_twice(desk: Desk) -> None:
    await _everybody_is_due(desk)
    order = {"book": BOOK, "account": ACCOUNT, "limit": 20}
    answers = await asyncio.gather(*(desk.post("/batches", order, actor=f"maker.{n}") for n in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    numbers = [batch["batch"] for answer in answers for batch in answer.json()["batches"]]
    taken = Counter([line["claim"] for number in numbers for line in await desk.lines(number)])
    assert (len(taken), set(taken.values())) == (PEOPLE, {1})


async def test_checkers_who_approve_at_once_seal_one_file(desk: Desk) -> None:
    await _everybody_is_due(desk)
    [batch] = await desk.made()
    answers = await asyncio.gather(*(desk.approve(batch, actor=f"checker.{n}") for n in range(4)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 3}
    assert (await desk.kinds()).count("PaymentBatched") == 1


async def test_a_return_file_that_comes_twice_at_once_is_booked_once(desk: Desk) -> None:
    batch = await desk.ordered(1_000, 2_000)
    answers = await asyncio.gather(*(desk.bank_says(batch, {1: "name_mismatch"}) for _ in range(4)))
    assert Counter(answer.json()["repeated"] for answer in answers) == {False: 1, True: 3}
    assert (await desk.kinds()).count("PaymentConfirmed") == 1


async def test_a_clawback_at_the_moment_of_approval_leaves_a_void_batch_or_a_receivable(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    [batch] = await desk.made()
    answer, _ = await asyncio.gather(desk.approve(batch), desk.hear(taken_back(1, 400)))
    owed_back = [row["amount"] for row in (await desk.get("/receivables")).json()["receivables"]]
    due = [amount for _, amount, _ in await desk.payables()]
    assert (answer.status_code, due, owed_back) in [(409, [600], []), (200, [], [400])]
