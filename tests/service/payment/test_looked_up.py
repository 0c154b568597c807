"""Batches, their lines and the accounts of payees can be looked up (批次, 明细, 收款账户)."""

from tests.service.payment.given import Desk, account, approved, person


async def test_a_batch_is_listed_with_what_it_pays(desk: Desk) -> None:
    batch = await desk.ordered(500, 700)
    listed = (await desk.get("/batches")).json()["batches"]
    assert [(row["batch"], row["total"]) for row in listed] == [(batch, 1_200)]


async def test_a_line_is_the_same_alone_and_in_its_batch(desk: Desk) -> None:
    (line,) = await desk.lines(await desk.ordered(500))
    assert (await desk.get(f"/lines/{line['line']}")).json() == line


async def test_what_is_due_is_listed_by_payee(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    (due,) = (await desk.get("/payables")).json()["payables"]
    assert (due["payee"], due["amount"]) == (person(1), 1_000)


async def test_an_account_is_shown_with_its_version(desk: Desk) -> None:
    await desk.accounts(person(1))
    shown = (await desk.get(f"/payees/{person(1)}", role="clerk")).json()
    assert (shown["version"], shown["account"]) == (1, account()["account"])
