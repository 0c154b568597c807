"""What is due goes to the bank in batches that two people made, once."""

import hashlib

import asyncpg
import pytest

from services.chassis.trouble import Refused
from tests.service.payment.given import (
    ACCOUNT,
    BOOK,
    HOSPITAL,
    Desk,
    account,
    approved,
    claim,
    codes,
    person,
    taken_back,
)

_SECOND_LINE = """
insert into state.line
select (jsonb_populate_record(first, '{"line": "a-second-line", "n": 2}')).* from state.line as first
"""


async def test_an_approved_claim_is_due(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000), approved(2, 0), approved(3, 500, outcome="denied"))
    assert await desk.payables() == [(claim(1), 1_000, None)]


async def test_a_clawback_reduces_what_is_due(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000, critical=300), taken_back(1, 400, critical=300))
    assert await desk.payables() == [(claim(1), 600, None)]


async def test_a_claim_taken_back_wholly_is_not_due(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000), taken_back(1, 600, "K1"), taken_back(1, 400, "K2"))
    assert await desk.payables() == []


async def test_a_clawback_of_an_unknown_claim_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="nothing was approved"):
        await desk.hear(taken_back(1, 400))


async def test_a_clawback_above_what_is_left_is_refused_by_the_database(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    with pytest.raises(asyncpg.CheckViolationError):
        await desk.hear(taken_back(1, 1_001))


async def test_a_claim_approved_twice_is_refused_by_the_database(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    with pytest.raises(asyncpg.UniqueViolationError):
        await desk.hear(approved(1, 1_000))


async def test_a_batch_takes_what_is_due_and_leaves_out_who_has_no_account(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000), approved(2, 2_000), approved(3, 4_000, pay_to="provider"))
    await desk.accounts(person(1), HOSPITAL)
    answer = (await desk.post("/batches", {"book": BOOK, "account": ACCOUNT})).json()
    assert answer["batches"] == [{"batch": "340706-390-20170301-001", "lines": 2, "total": 5_000}]
    assert [(left["payee"], left["amount"], left["code"]) for left in answer["left_out"]] == [
        (person(2), 2_000, "NO_ACCOUNT")
    ]


async def test_a_claim_in_a_batch_is_not_due_again(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    await desk.made()
    assert await desk.made() == []


async def test_more_than_500_claims_become_several_batches(desk: Desk) -> None:
    await desk.hear(*(approved(n, 100) for n in range(1, 1_002)))
    await desk.accounts(*(person(n) for n in range(1, 1_002)))
    answer = (await desk.post("/batches", {"book": BOOK, "account": ACCOUNT})).json()
    assert [(batch["batch"][-3:], batch["lines"]) for batch in answer["batches"]] == [
        ("001", 500),
        ("002", 500),
        ("003", 1),
    ]


async def test_a_limit_leaves_the_rest_due(desk: Desk) -> None:
    await desk.hear(*(approved(n, 100) for n in range(1, 6)))
    await desk.accounts(*(person(n) for n in range(1, 6)))
    await desk.made(limit=3)
    assert [number for number, _, _ in await desk.payables()] == [claim(4), claim(5)]


async def test_an_account_of_another_book_is_refused(desk: Desk) -> None:
    answer = await desk.post("/batches", {"book": BOOK, "account": "510800-310-OUT"})
    assert (answer.status_code, codes(answer)) == (422, [("ACCOUNT_OF_ANOTHER_BOOK", "account")])


async def test_a_clerk_may_not_make_a_batch(desk: Desk) -> None:
    answer = await desk.post("/batches", {"book": BOOK, "account": ACCOUNT}, role="clerk")
    assert answer.status_code == 403


async def test_the_maker_may_not_approve_even_as_a_checker(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    [batch] = await desk.made()
    answer = await desk.approve(batch, actor="wang.wu")
    assert (answer.status_code, codes(answer)) == (403, [("SAME_PERSON", "checker")])


async def test_the_database_refuses_one_person_as_maker_and_checker(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    async with desk.log.pool.acquire() as connection:
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("update state.batch set checker = maker where batch = $1", batch)


async def test_an_approved_batch_has_a_sealed_file_of_names_and_accounts(desk: Desk) -> None:
    batch = await desk.ordered(1_000, 2_000)
    shown = (await desk.get(f"/batches/{batch}")).json()
    file = await desk.get(f"/batches/{batch}/file")
    assert hashlib.sha256(file.content).hexdigest() == shown["file_digest"]
    assert file.text.splitlines() == [
        f"{batch}|2017-03-01|2|3000|{ACCOUNT}",
        f"1|张建国|6228480402564890018|103370600012|1000|医保住院待遇|{batch}-0001",
        f"2|张建国|6228480402564890018|103370600012|2000|医保住院待遇|{batch}-0002",
    ]


async def test_the_log_holds_no_name_and_no_account(desk: Desk) -> None:
    await desk.ordered(1_000)
    async with desk.log.pool.acquire() as connection:
        bodies = [row["body"] for row in await connection.fetch("select body from log.event")]
    assert not any("张建国" in body or "6228480402564890018" in body for body in bodies)


async def test_a_batch_that_is_not_approved_has_no_file(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    [batch] = await desk.made()
    answer = await desk.get(f"/batches/{batch}/file")
    assert (answer.status_code, answer.json()["code"]) == (409, "NO_FILE_YET")


async def test_a_clawback_before_approval_voids_the_batch(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    [batch] = await desk.made()
    await desk.hear(taken_back(1, 400))
    answer = await desk.approve(batch)
    assert (answer.status_code, codes(answer)) == (409, [("AMOUNT_CHANGED", "lines.0.amount")])
    assert (await desk.get(f"/batches/{batch}")).json()["status"] == "void"
    assert await desk.payables() == [(claim(1), 600, None)]


async def test_an_account_changed_before_approval_voids_the_batch(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    [batch] = await desk.made()
    other = account(account="6228480402564890026")
    await desk.post(f"/payees/{person(1)}", other, actor="li.si", role="clerk", method="PUT")
    assert codes(await desk.approve(batch)) == [("ACCOUNT_CHANGED", "lines.0.payee")]


async def test_a_void_batch_cannot_be_approved(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    [batch] = await desk.made()
    await desk.post(f"/batches/{batch}/void", {"reason": "wrong day"})
    answer = await desk.approve(batch)
    assert (answer.status_code, codes(answer)) == (409, [("BATCH_NOT_PROPOSED", "batch")])


async def test_what_was_in_a_void_batch_is_due_again_and_is_paid_in_another(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    [first] = await desk.made()
    await desk.post(f"/batches/{first}/void", {"reason": "not today"}, actor="zhao.liu", role="checker")
    [second] = await desk.made()
    assert (await desk.approve(second)).status_code == 200


async def test_the_database_refuses_a_second_line_for_a_claim(desk: Desk) -> None:
    await desk.ordered(1_000)
    async with desk.log.pool.acquire() as connection:
        with pytest.raises(asyncpg.ExclusionViolationError):
            await connection.execute(_SECOND_LINE)


async def test_a_clawback_after_the_order_is_a_receivable(desk: Desk) -> None:
    await desk.ordered(1_000)
    await desk.hear(taken_back(1, 400))
    found = (await desk.get("/receivables")).json()["receivables"]
    assert [(row["claim"], row["amount"]) for row in found] == [(claim(1), 400)]


async def test_the_same_approval_sent_again_gives_the_same_answer(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000))
    await desk.accounts(person(1))
    [batch] = await desk.made()
    path = f"/batches/{batch}/approve"
    first = await desk.post(path, actor="zhao.liu", role="checker", key="approve-001")
    again = await desk.post(path, actor="zhao.liu", role="checker", key="approve-001")
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await desk.kinds()).count("PaymentBatched") == 1


async def test_one_batch_of_events_or_many_give_the_same_dues(desk: Desk) -> None:
    await desk.hear(approved(1, 1_000), taken_back(1, 100, "K1"), taken_back(1, 200, "K2"))
    for body in (approved(2, 1_000), taken_back(2, 100, "K3"), taken_back(2, 200, "K4")):
        await desk.hear(body)
    assert [amount for _, amount, _ in await desk.payables()] == [700, 700]
