"""The bank's return file is believed whole or not at all; what came back is paid again by a new line, once."""

from typing import Any

import asyncpg
import pytest

from services.payment.handlers import fold
from services.payment.store.evolve import STATE_TABLES, evolve
from tests.service.payment.given import (
    Desk,
    account,
    approved,
    bank_return,
    claim,
    codes,
    person,
    recovered,
    tables,
    taken_back,
)


async def mend(desk: Desk, payee: str) -> None:
    """Give a payee another account."""
    other = account(account="6228480402564890026")
    await desk.post(f"/payees/{payee}", other, actor="li.si", role="clerk", method="PUT")


async def repay(desk: Desk, line: str) -> Any:
    return await desk.post(f"/lines/{line}/repay", {"reason": "account corrected"}, actor="li.si", role="clerk")


async def test_a_settled_file_confirms_the_batch(desk: Desk) -> None:
    batch = await desk.ordered(1_000, 2_000)
    answer = await desk.bank_says(batch)
    assert (answer.status_code, answer.json()["paid"]) == (200, 3_000)
    assert [line["status"] for line in await desk.lines(batch)] == ["paid", "paid"]


async def test_a_line_that_came_back_is_returned_with_its_reason(desk: Desk) -> None:
    batch = await desk.ordered(1_000, 2_000)
    await desk.bank_says(batch, {1: "name_mismatch"})
    assert [(line["status"], line["return_reason"]) for line in await desk.lines(batch)] == [
        ("paid", None),
        ("returned", "name_mismatch"),
    ]
    assert (await desk.kinds()).count("PaymentReturned") == 1


async def test_the_same_file_under_another_key_changes_nothing(desk: Desk) -> None:
    batch = await desk.ordered(1_000, 2_000)
    await desk.bank_says(batch, {1: "name_mismatch"})
    before = await desk.kinds()
    answer = await desk.bank_says(batch, {1: "name_mismatch"})
    assert (answer.status_code, answer.json()["repeated"]) == (200, True)
    assert await desk.kinds() == before


async def test_another_file_under_the_same_voucher_is_a_conflict(desk: Desk) -> None:
    batch = await desk.ordered(1_000, 2_000)
    await desk.bank_says(batch)
    answer = await desk.bank_says(batch, {1: "name_mismatch"})
    assert (answer.status_code, answer.json()["code"]) == (409, "OTHER_FILE")


async def test_a_paid_batch_cannot_be_paid_under_another_voucher(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.bank_says(batch)
    answer = await desk.bank_says(batch, voucher="V20170301000099")
    assert codes(answer) == [("BATCH_NOT_ORDERED", "head.batch")]


@pytest.mark.parametrize(
    ("head", "fault"),
    [
        ({"digest": "0" * 64}, ("OTHER_DIGEST", "head.digest")),
        ({"count": 3}, ("COUNT_DIFFERS", "head.count")),
        ({"total": 2_999}, ("TOTAL_DIFFERS", "head.total")),
        ({"value_date": "2017-03-02"}, ("DATE_IN_FUTURE", "head.value_date")),
        ({"value_date": "2017-02-28"}, ("DATE_BEFORE_ORDER", "head.value_date")),
        ({"kind": "late"}, ("BATCH_NOT_PAID", "head.batch")),
    ],
)
async def test_a_head_that_does_not_fit_is_refused(desk: Desk, head: dict[str, Any], fault: tuple[str, str]) -> None:
    batch = await desk.ordered(1_000, 2_000)
    answer = await desk.bank_says(batch, **head)
    assert answer.status_code == 409
    assert fault in codes(answer)
    assert [line["status"] for line in await desk.lines(batch)] == ["ordered", "ordered"]


async def test_all_wrong_rows_are_told_at_once_and_nothing_is_booked(desk: Desk) -> None:
    batch = await desk.ordered(1_000, 2_000, 3_000)
    shown = (await desk.get(f"/batches/{batch}")).json()
    digest = shown["file_digest"]
    shown["lines"][0]["line"] = "another-line"
    shown["lines"][1]["amount"] = 2_001
    answer = await desk.post("/bank-returns", bank_return(shown, digest, total=6_001))
    assert set(codes(answer)) == {
        ("UNKNOWN_LINE", "rows.1.line"),
        ("WRONG_AMOUNT", "rows.2.amount"),
        ("MISSING_LINE", "rows"),
    }
    assert "PaymentConfirmed" not in await desk.kinds()


async def test_a_refused_file_may_be_sent_again_when_it_is_right(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.bank_says(batch, digest="0" * 64)
    assert (await desk.bank_says(batch)).status_code == 200


async def test_a_file_that_cannot_be_read_names_every_field(desk: Desk) -> None:
    answer = await desk.post("/bank-returns", b"B1|xyz|settled|V1|2017-03-01|one|10\n1|B1-1|-5|paid|||\n")
    assert answer.status_code == 422
    assert {field for _, field in codes(answer)} == {"head.digest", "head.count", "rows.1.amount"}


async def test_a_file_of_an_unknown_batch_is_refused(desk: Desk) -> None:
    batch = {"batch": "B-404", "total": 5, "lines": [{"line": "B-404-1", "amount": 5}]}
    answer = await desk.post("/bank-returns", bank_return(batch, "0" * 64))
    assert codes(answer) == [("UNKNOWN_BATCH", "head.batch")]


async def test_a_line_may_come_back_after_the_batch_was_paid(desk: Desk) -> None:
    batch = await desk.ordered(1_000, 2_000)
    await desk.bank_says(batch)
    shown = (await desk.get(f"/batches/{batch}")).json()
    shown["lines"] = shown["lines"][1:]
    late = bank_return(shown, shown["file_digest"], {0: "account_closed"}, kind="late", voucher="V-LATE-1", total=2_000)
    assert (await desk.post("/bank-returns", late)).status_code == 200
    assert [line["status"] for line in await desk.lines(batch)] == ["paid", "returned"]


async def test_a_line_cannot_come_back_twice(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.bank_says(batch, {0: "account_closed"})
    answer = await desk.bank_says(batch, {0: "account_closed"}, kind="late", voucher="V-LATE-1")
    assert codes(answer) == [("ALREADY_RETURNED", "rows.1.line")]


async def test_a_return_because_of_the_account_waits_for_the_correction(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.bank_says(batch, {0: "account_not_found"})
    answer = await repay(desk, f"{batch}-0001")
    assert (answer.status_code, codes(answer)) == (409, [("ACCOUNT_NOT_CORRECTED", "line")])


async def test_a_corrected_return_is_due_again_and_its_new_line_names_the_old_one(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.bank_says(batch, {0: "account_not_found"})
    await mend(desk, person(1))
    assert (await repay(desk, f"{batch}-0001")).status_code == 200
    assert await desk.payables() == [(claim(1), 1_000, f"{batch}-0001")]
    [second] = await desk.made()
    assert [line["repays"] for line in await desk.lines(second)] == [f"{batch}-0001"]
    assert await desk.payables() == []


async def test_a_repaid_line_that_comes_back_too_can_be_paid_a_third_time(desk: Desk) -> None:
    first = await desk.ordered(1_000)
    await desk.bank_says(first, {0: "unknown"})
    await repay(desk, f"{first}-0001")
    [second] = await desk.made()
    await desk.approve(second)
    await desk.bank_says(second, {0: "unknown"}, voucher="V2")
    await repay(desk, f"{second}-0001")
    assert await desk.payables() == [(claim(1), 1_000, f"{second}-0001")]


async def test_a_clawback_before_the_repayment_reduces_it(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.bank_says(batch, {0: "unknown"})
    await desk.hear(taken_back(1, 300))
    await repay(desk, f"{batch}-0001")
    assert await desk.payables() == [(claim(1), 700, f"{batch}-0001")]


async def test_a_paid_line_cannot_be_asked_to_be_repaid(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.bank_says(batch)
    assert codes(await repay(desk, f"{batch}-0001")) == [("LINE_NOT_RETURNED", "line")]


async def test_a_line_is_asked_to_be_repaid_once(desk: Desk) -> None:
    batch = await desk.ordered(1_000)
    await desk.bank_says(batch, {0: "unknown"})
    await repay(desk, f"{batch}-0001")
    assert codes(await repay(desk, f"{batch}-0001")) == [("LINE_NOT_RETURNED", "line")]


async def test_the_tables_folded_again_from_the_logs_are_the_same(desk: Desk) -> None:
    await desk.hear(*(approved(n, 1_000 * n) for n in range(1, 41)))
    await desk.accounts(*(person(n) for n in range(1, 41)))
    [void] = await desk.made(limit=20)
    await desk.post(f"/batches/{void}/void", {"reason": "not today"})
    first, second = [*await desk.made(limit=20), *await desk.made()]
    for voucher, batch in (("V1", first), ("V2", second)):
        await desk.approve(batch)
        await desk.bank_says(batch, {3: "unknown"}, voucher=voucher)
    await repay(desk, f"{first}-0004")
    await desk.made()
    await desk.hear(taken_back(7, 700), taken_back(8, 100, "K2"))
    await desk.booked(recovered(8, 100))
    before = await tables(desk.database, STATE_TABLES)
    owner = await asyncpg.connect(desk.database.migration_url)
    try:
        async with owner.transaction():
            await owner.execute(f"truncate {', '.join(STATE_TABLES)}")
            for shard in range(16):
                await evolve(owner, await desk.log.read(shard, 0, 1_000))
            await fold(owner, "adjudication", desk.heard)
            await fold(owner, "ledger", desk.books)
    finally:
        await owner.close()
    assert await tables(desk.database, STATE_TABLES) == before
