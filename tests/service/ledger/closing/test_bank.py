"""Statements are taken or refused; what stays open is matched by two people or carried as an exception."""

from datetime import timedelta
from io import BytesIO

import asyncpg
import openpyxl
import pytest
from pypdf import PdfReader

from tests.service.ledger.closing.given import (
    BOOK,
    CHECKER,
    DAY1,
    DAY2,
    DAY3,
    FI,
    IN,
    MAKER,
    OUT,
    contribution,
    csv,
    payment,
)


async def codes(answer):
    return [error["code"] for error in answer.json()["errors"]]


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


async def a_line_that_only_the_bank_has(office):
    await office.open_accounts(IN)
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(IN, DAY1, 0, ("S1", 15_000, "SK-0301"))


async def register(office, **changes):
    body = {
        "bank_account": IN,
        "book": BOOK,
        "side": "bank",
        "item": f"{DAY1}/1",
        "reason": "税务明细未到",
        "owner": "sun.chuna",
        "expires": DAY3,
        **changes,
    }
    return await office.post("/exceptions", body, "accountant", MAKER)


async def test_a_line_that_only_the_bank_has_keeps_the_day_open(office):
    await a_line_that_only_the_bank_has(office)
    missing = (await office.prepare(DAY1))["missing"]
    assert [(one["code"], one["field"]) for one in missing] == [("UNMATCHED", f"bank:{IN}:{DAY1}/1")]


async def test_a_reasoned_exception_is_carried_open_into_the_seal(office):
    await a_line_that_only_the_bank_has(office)
    await register(office)
    sealed = await office.close(DAY1)
    (carried,) = sealed["exceptions"]
    assert (carried["amount"], carried["owner"], sealed["banks"][0]["bank_only"]) == (15_000, "sun.chuna", 15_000)


async def test_a_contribution_dated_in_a_sealed_day_is_booked_on_the_open_day_and_closes_its_exception(office):
    await a_line_that_only_the_bank_has(office)
    await register(office)
    await office.close(DAY1)
    await office.receive("enrollment", DAY2, contribution(1, value_date=DAY1))
    await office.end(DAY2, DAY3)
    await office.markers(DAY2, DAY3)
    await office.statement(IN, DAY2, 15_000)
    sealed = await office.close(DAY2)
    assert (sealed["exceptions"], sealed["banks"][0]["bank_only"], sealed["banks"][0]["difference"]) == ([], 0, 0)


async def test_the_table_of_a_sealed_day_stays_as_it_was_after_a_later_match(office):
    await a_line_that_only_the_bank_has(office)
    await register(office)
    await office.close(DAY1)
    before = (await office.get(f"/reconciliations/{IN}/{DAY1}")).json()
    await office.receive("enrollment", DAY2, contribution(1, value_date=DAY1))
    await office.end(DAY2, DAY3)
    await office.markers(DAY2, DAY3)
    await office.statement(IN, DAY2, 15_000)
    await office.close(DAY2)
    after = (await office.get(f"/reconciliations/{IN}/{DAY1}")).json()
    assert (before["bank_only"], before["difference"]) == (after["bank_only"], after["difference"]) == (15_000, 0)


async def test_a_timing_item_that_the_next_day_shows_under_the_same_key_needs_no_exception(office):
    await office.open_accounts(IN)
    await office.receive("enrollment", DAY1, contribution(1))
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(IN, DAY1, 0)
    await office.statement(IN, DAY2, 0, ("S1", 15_000, "SK-0301"))
    await office.close(DAY1)
    table = (await office.get(f"/reconciliations/{IN}/{DAY1}")).json()
    assert (table["book_only"], table["difference"], table["timing"][0]["explained"]) == (15_000, 0, str(DAY2))


async def test_the_table_is_printed_in_chinese_with_each_item_that_one_side_has_alone(office):
    await a_line_that_only_the_bank_has(office)
    number = (await register(office)).json()["exception"]
    answer = await office.get(f"/reconciliations/{IN}/{DAY1}?form=pdf")
    page = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    said = ("银行存款余额调节表", IN, "银行已记、我方未记", f"{DAY1}/1", "150.00", number, "相符")
    assert [words for words in said if words not in page] == []


async def test_the_table_is_a_workbook_whose_two_sides_come_to_the_same(office):
    await a_line_that_only_the_bank_has(office)
    answer = await office.get(f"/reconciliations/{IN}/{DAY1}?form=xlsx")
    rows = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    figures = {row[0]: row[2:] for row in rows if row[2] is not None}
    assert (figures["调节后银行余额"][0], figures["调节后账面余额"][0]) == (150, 150)
    assert figures[f"加：银行已记、我方未记 {DAY1}/1"] == (150, "未说明")


async def test_an_exception_that_has_expired_keeps_the_day_open(office):
    await a_line_that_only_the_bank_has(office)
    await register(office, expires=DAY1)
    await office.close(DAY1)
    await office.end(DAY2, DAY3)
    await office.markers(DAY2, DAY3)
    await office.statement(IN, DAY2, 15_000)
    assert [one["code"] for one in (await office.prepare(DAY2))["missing"]] == ["EXCEPTION_EXPIRED"]


async def test_an_exception_for_what_is_not_open_is_refused(office):
    await a_line_that_only_the_bank_has(office)
    assert await codes(await register(office, item=f"{DAY1}/7")) == ["NOT_OPEN"]


async def test_an_exception_for_a_balance_that_nobody_has_is_refused(office):
    await a_line_that_only_the_bank_has(office)
    assert await codes(await register(office, side="balance", item="9999")) == ["NOT_OPEN"]


async def test_a_bank_account_under_another_code_than_its_postings_is_not_opened(office):
    body = {"bank_account": "MINE", "book": BOOK, "account": "1004", "number": "6222", "since": DAY1}
    answer = await office.post("/bank-accounts", body, "chief_accountant", CHECKER)
    assert (answer.status_code, await codes(answer)) == (422, ["OTHER_CODE"])


async def a_match_by_hand(office):
    """The bank shows two lines without a key for what we booked under two other keys."""
    await office.open_accounts(IN)
    await office.receive("enrollment", DAY1, contribution(1, bank_key="X1"), contribution(2, bank_key="X2"))
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(IN, DAY1, 0, ("S1", 15_000, ""), ("S2", 15_000, ""))
    body = {
        "bank_account": IN,
        "book": BOOK,
        "bank": [f"{DAY1}/1", f"{DAY1}/2"],
        "booked": [f"{DAY1}/X1", f"{DAY1}/X2"],
        "reason": "银行未填附言",
    }
    return await office.post("/matches", body, "accountant", MAKER)


async def test_equal_amounts_without_a_key_are_left_to_people(office):
    await a_match_by_hand(office)
    assert [one["code"] for one in (await office.prepare(DAY1))["missing"]] == ["UNMATCHED"] * 4


async def test_two_people_match_what_the_rules_cannot(office):
    proposal = (await a_match_by_hand(office)).json()["proposal"]
    approved = await office.post(f"/matches/{proposal}/approve", {}, "chief_accountant", CHECKER)
    assert (approved.status_code, (await office.prepare(DAY1))["ready"]) == (201, True)


async def test_nobody_agrees_to_their_own_match(office):
    proposal = (await a_match_by_hand(office)).json()["proposal"]
    refused = await office.post(f"/matches/{proposal}/approve", {}, "chief_accountant", MAKER)
    assert (refused.status_code, refused.json()["code"]) == (403, "SAME_PERSON")


async def test_sides_that_differ_cannot_be_matched(office):
    await a_match_by_hand(office)
    body = {"bank_account": IN, "book": BOOK, "bank": [f"{DAY1}/1"], "booked": [], "reason": "错"}
    refused = await office.post("/matches", body, "accountant", MAKER)
    assert await codes(refused) == ["SUMS_DIFFER"]


async def test_one_person_cannot_match_by_hand_in_the_database_either(office):
    async with office.log.pool.acquire() as conn:
        with pytest.raises(asyncpg.CheckViolationError, match="matched_check"):
            await conn.execute(
                "insert into state.matched values "
                "('a', 'bank', 'x', '2017-03-01', gen_random_uuid(), 0, 'manual', 'zhao', 'zhao')"
            )


async def test_a_match_by_hand_names_the_book_of_its_account(office):
    await a_match_by_hand(office)
    body = {
        "bank_account": IN,
        "book": "340706-610",
        "bank": [f"{DAY1}/1"],
        "booked": [f"{DAY1}/X1"],
        "reason": "银行未填附言",
    }
    refused = await office.post("/matches", body, "accountant", MAKER)
    assert (refused.status_code, await codes(refused)) == (422, ["OTHER_BOOK"])
    refused = await office.post("/matches", {**body, "bank_account": OUT}, "accountant", MAKER)
    assert (refused.status_code, await codes(refused)) == (404, ["ACCOUNT_UNKNOWN"])


async def test_an_exception_names_the_book_of_its_account(office):
    await a_line_that_only_the_bank_has(office)
    assert await codes(await register(office, book="340706-610")) == ["OTHER_BOOK"]


async def overdrawn(office):
    """The fund pays what it has not got, and one person answers for it."""
    await office.open_accounts(OUT)
    await office.receive("payment", DAY1, payment("B1", ("C1", 30_000)))
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(OUT, DAY1, 0, ("V-B1", -30_000, "B1"))
    return (await office.propose_to_stand(OUT, "1004", DAY3)).json()["exception"]


async def approved(office, number, actor=CHECKER, role="chief_accountant"):
    return await office.post(f"/exceptions/{number}/approve", {}, role, actor)


async def test_an_overdrawn_balance_passes_when_two_people_answer_for_it(office):
    number = await overdrawn(office)
    before = [one["code"] for one in (await office.prepare(DAY1))["missing"]]
    waiting = [one["exception"] for one in (await office.get("/exceptions?status=proposed")).json()]
    agreed = await approved(office, number)
    sealed = await office.close(DAY1)
    assert (before, waiting, agreed.json()["status"]) == (["OVERDRAWN"], [number], "open")
    assert [(one["exception"], one["amount"]) for one in sealed["exceptions"]] == [(number, -30_000)]
    assert (await office.get("/exceptions?status=proposed")).json() == []


async def test_an_answer_for_a_balance_does_not_answer_for_more_of_it(office):
    await approved(office, await overdrawn(office))
    await office.close(DAY1)
    await office.receive("payment", DAY2, payment("B2", ("C2", 1), day=DAY2))
    await office.end(DAY2, DAY3)
    await office.markers(DAY2, DAY3)
    await office.statement(OUT, DAY2, -30_000, ("V-B2", -1, "B2"))
    assert [one["code"] for one in (await office.prepare(DAY2))["missing"]] == ["OVERDRAWN"]
    await office.may_stand(OUT, "1004", DAY3)
    assert (await office.prepare(DAY2))["ready"]


async def test_an_answer_for_a_balance_names_the_bank_account_behind_it(office):
    await overdrawn(office)
    await office.open_accounts(FI)
    assert await codes(await office.propose_to_stand(FI, "1004", DAY3)) == ["OTHER_CODE"]
    assert await codes(await office.propose_to_stand(IN, "1101-医院", DAY3)) == ["ACCOUNT_UNKNOWN"]
    other = {"bank_account": OUT, "book": "340706-610", "side": "balance", "item": "1004"}
    refused = await register(office, **other)
    assert await codes(refused) == ["OTHER_BOOK"]


async def test_a_line_of_the_bank_is_open_on_the_day_at_hand(office):
    await a_line_that_only_the_bank_has(office)
    assert await codes(await register(office, day=DAY1 - timedelta(days=1))) == ["OTHER_DAY"]


async def test_nobody_agrees_to_their_own_answer_for_a_balance(office):
    refused = await approved(office, await overdrawn(office), MAKER)
    assert (refused.status_code, refused.json()["code"]) == (403, "SAME_PERSON")


async def test_only_the_chief_accountant_agrees_to_an_answer_for_a_balance(office):
    assert (await approved(office, await overdrawn(office), role="accountant")).status_code == 403


async def test_an_answer_for_a_balance_is_agreed_to_once(office):
    number = await overdrawn(office)
    await approved(office, number)
    assert await codes(await approved(office, number)) == ["ALREADY_OPEN"]


async def test_an_answer_for_a_balance_that_is_another_by_now_is_not_agreed_to(office):
    number = await overdrawn(office)
    await office.receive("payment", DAY1, payment("B2", ("C2", 1_000)))
    assert await codes(await approved(office, number)) == ["CHANGED"]


async def test_an_answer_for_a_balance_that_has_expired_is_not_agreed_to(office):
    await office.open_accounts(OUT)
    await office.receive("payment", DAY1, payment("B1", ("C1", 30_000)))
    number = (await office.propose_to_stand(OUT, "1004", DAY1)).json()["exception"]
    await office.end(DAY1, DAY2)
    await office.markers(DAY1, DAY2)
    await office.statement(OUT, DAY1, 0, ("V-B1", -30_000, "B1"))
    other = (await office.propose_to_stand(OUT, "1004", DAY3)).json()["exception"]
    await approved(office, other)
    await office.close(DAY1)
    assert await codes(await approved(office, number)) == ["EXCEPTION_EXPIRED"]


async def test_an_unknown_answer_for_a_balance_is_not_agreed_to(office):
    assert (await approved(office, "CY-1")).status_code == 404


ANSWER = (
    "insert into state.exception values ('CY-1', 'a', 'b', '2017-03-01', 'balance', '1002', 1, 'r', 'o', '2017-03-02'"
)
PROPOSAL = (
    "insert into state.exception_proposal values"
    " ('CY-1', 'a', 'b', '2017-03-01', 'balance', '1002', 1, 'r', 'o', '2017-03-02', 'zhao')"
)


@pytest.mark.parametrize(
    "attack",
    [
        f"{ANSWER})",
        f"{ANSWER}, 'zhao', 'qian')",
        f"{PROPOSAL}; {ANSWER}, 'zhao', 'zhao')",
        f"{PROPOSAL}; {ANSWER}, 'zhao', null)",
        f"{PROPOSAL}; {ANSWER.replace(', 1,', ', 2,')}, 'zhao', 'qian')",
        f"{PROPOSAL}; {ANSWER}, 'sun', 'qian')",
    ],
    ids=["nobody", "not proposed", "one person", "no checker", "another amount", "another maker"],
)
async def test_one_person_cannot_let_a_balance_stand_in_the_database_either(office, attack):
    async with office.log.pool.acquire() as conn:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="takes two people"):
            await conn.execute(attack)


async def test_two_people_let_a_balance_stand_in_the_database(office):
    async with office.log.pool.acquire() as conn:
        await conn.execute(f"{PROPOSAL}; {ANSWER}, 'zhao', 'qian')")
        assert await conn.fetchval("select count(*) from state.exception") == 1
        with pytest.raises(asyncpg.PostgresError):
            await conn.execute("update state.exception set amount = 2")
