"""Statements are taken or refused."""

from tests.service.ledger.closing.given import (
    BOOK,
    CHECKER,
    DAY1,
    DAY2,
    FI,
    IN,
    MAKER,
    codes,
    csv,
)


async def test_a_statement_that_does_not_add_up_is_refused_with_the_difference(office):
    await office.open_accounts(IN)
    wrong = csv(IN, DAY1, 0, [("S1", 10_000, "K")]).replace(b"closing,100.00", b"closing,99.00")
    answer = await office.post("/statements", wrong, "accountant", MAKER, account=IN, format="csv")
    assert (answer.status_code, answer.json()["message"][-7:]) == (422, "by 1.00")


async def test_a_statement_must_open_where_the_last_one_closed(office):
    await office.open_accounts(IN)
    await office.statement(IN, DAY1, 0, ("S1", 10_000, "K"))
    await office.end(DAY1, DAY2)
    assert await codes(await office.statement(IN, DAY2, 9_000)) == ["DOES_NOT_FOLLOW"]


async def test_a_day_has_one_statement(office):
    await office.open_accounts(IN)
    await office.statement(IN, DAY1, 0)
    assert await codes(await office.statement(IN, DAY1, 0)) == ["DAY_ALREADY_IN"]


async def test_a_line_that_came_in_before_is_refused(office):
    await office.open_accounts(IN)
    await office.statement(IN, DAY1, 0, ("S1", 10_000, "K"))
    await office.end(DAY1, DAY2)
    again = csv(IN, DAY2, 10_000, [("S1", 10_000, "K")]).replace(f"S1,{DAY2}".encode(), f"S1,{DAY1}".encode())
    answer = await office.post("/statements", again, "accountant", MAKER, account=IN, format="csv")
    assert await codes(answer) == ["DUPLICATE_SERIAL"]


async def test_lines_that_are_alike_are_refused_until_somebody_says_that_both_are_real(office):
    await office.open_accounts(IN)
    twins = csv(IN, DAY1, 0, [("", 10_000, "K"), ("", 10_000, "K")])
    refused = await office.post("/statements", twins, "accountant", MAKER, account=IN, format="csv")
    kept = await office.post("/statements", twins, "accountant", MAKER, account=IN, format="csv", twins="keep")
    assert (await codes(refused), kept.status_code) == (["DUPLICATE_SAME_DAY"], 201)


async def test_a_statement_that_skips_a_day_is_refused_as_nothing_could_fill_the_gap(office):
    await office.open_accounts(IN)
    await office.end(DAY1, DAY2)
    assert await codes(await office.statement(IN, DAY2, 0)) == ["DAY_SKIPPED"]
    assert [(await office.statement(IN, day, 0)).status_code for day in (DAY1, DAY2)] == [201, 201]


async def test_an_account_that_is_opened_late_brings_no_statement_for_a_sealed_day(office):
    await office.open_accounts(FI)
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(FI, DAY1, 0)
    await office.close(DAY1)
    await office.open_accounts(IN)
    assert await codes(await office.statement(IN, DAY1, 0)) == ["ALREADY_SEALED"]
    assert (await office.statement(IN, DAY2, 0)).status_code == 201


async def test_what_the_bank_held_before_its_first_statement_is_an_item_of_its_own(office):
    await office.open_accounts(FI)
    await office.voucher("QC-1", [("1003", "D", 90_000, "QC-1"), ("2001-待查款项", "C", 90_000, None)])
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(FI, DAY1, 90_000)
    sealed = await office.close(DAY1)
    (fiscal,) = sealed["banks"]
    assert (fiscal["closing"], fiscal["booked"], fiscal["bank_only"], fiscal["difference"]) == (90_000, 90_000, 0, 0)


async def test_what_the_bank_held_before_is_open_until_somebody_books_it(office):
    await office.open_accounts(FI)
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(FI, DAY1, 90_000, ("S1", -1, "X"))
    missing = (await office.prepare(DAY1))["missing"]
    assert [(one["code"], one["field"]) for one in missing] == [
        ("UNMATCHED", f"bank:{FI}:{DAY1}/0"),
        ("UNMATCHED", f"bank:{FI}:{DAY1}/1"),
    ]


async def test_a_statement_of_another_account_is_refused(office):
    await office.open_accounts(IN)
    other = csv("999", DAY1, 0, [])
    answer = await office.post("/statements", other, "accountant", MAKER, account=IN, format="csv")
    assert await codes(answer) == ["OTHER_ACCOUNT"]


async def test_no_name_from_a_statement_gets_into_the_log(office):
    await office.open_accounts(IN)
    named = csv(IN, DAY1, 0, [("S1", 10_000, "K")]).replace("流水".encode(), "张三丰".encode())
    await office.post("/statements", named, "accountant", MAKER, account=IN, format="csv")
    async with office.log.pool.acquire() as conn:
        bodies = [row[0] for row in await conn.fetch("select body from log.event where kind = 'StatementImported'")]
    assert [("K" in body, "张三丰" in body) for body in bodies] == [(True, False)]


async def test_a_bank_account_under_another_code_than_its_postings_is_not_opened(office):
    body = {"bank_account": "MINE", "book": BOOK, "account": "1004", "number": "6222", "since": DAY1}
    answer = await office.post("/bank-accounts", body, "chief_accountant", CHECKER)
    assert (answer.status_code, await codes(answer)) == (422, ["OTHER_CODE"])
