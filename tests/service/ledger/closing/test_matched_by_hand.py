"""What the rules leave open is matched by two people."""

import asyncpg
import pytest

from services.chassis import rebuild
from services.ledger.__main__ import SERVICE
from services.ledger.decide.gate import SOURCES
from tests.service.ledger.closing.given import (
    BOOK,
    CHECKER,
    DAY1,
    DAY2,
    IN,
    MAKER,
    OUT,
    codes,
    contribution,
    register,
)


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


LAID = "insert into state.matched values ('{}', 'bank', '{}', '2017-03-01', gen_random_uuid(), 0, '{}', '{}', {})"


@pytest.mark.parametrize(
    "attack",
    [
        LAID.format(IN, f"{DAY1}/1", "manual", MAKER, f"'{MAKER}'"),
        LAID.format(IN, f"{DAY1}/1", "manual", MAKER, "null"),
        LAID.format(IN, f"{DAY1}/1", "key", MAKER, f"'{CHECKER}'"),
        LAID.format(IN, f"{DAY1}/3", "manual", MAKER, f"'{CHECKER}'"),
        LAID.format(IN, f"{DAY1}/1", "manual", "sun", f"'{CHECKER}'"),
        LAID.format(OUT, f"{DAY1}/1", "key", MAKER, "null"),
        "delete from state.match_proposal",
    ],
    ids=["by one", "by nobody else", "by rule and by two", "not proposed", "of another", "no account", "unproposed"],
)
async def test_one_person_cannot_match_by_hand_in_the_database_either(office, attack):
    await a_match_by_hand(office)
    async with office.log.pool.acquire() as conn:
        with pytest.raises(
            (asyncpg.IntegrityConstraintViolationError, asyncpg.InsufficientPrivilegeError),
            match=r"check|never proposed|foreign key|permission",
        ):
            await conn.execute(attack)


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


async def test_the_banks_side_folded_again_is_the_same_to_the_byte(office, source):
    logs = {name: await source(name) for name in SOURCES}
    await office.open_accounts(IN)
    await logs["enrollment"].say(contribution(1, bank_key="X1"))
    await office.end(DAY1, DAY2)
    for log in logs.values():
        await log.end_day(DAY1, DAY2)
        await log.reach(office.log)
    await office.statement(IN, DAY1, 5_000, ("S1", 15_000, ""), ("S2", 1, ""))
    body = {"bank_account": IN, "book": BOOK, "bank": [f"{DAY1}/1"], "booked": [f"{DAY1}/X1"], "reason": "银行未填附言"}
    proposal = (await office.post("/matches", body, "accountant", MAKER)).json()["proposal"]
    await office.post(f"/matches/{proposal}/approve", {}, "chief_accountant", CHECKER)
    difference = (await register(office, item=f"{DAY1}/2")).json()["exception"]
    await office.post(f"/exceptions/{difference}/close", {"reason": "银行更正"}, "accountant", MAKER)

    rebuilt = await rebuild.rebuild(SERVICE, office.database.migration_url, logs)

    assert rebuilt.after == rebuilt.before
    assert [rebuilt.after[f"state.{table}"].rows for table in ("bank_line", "matched", "exception_closed")] == [3, 2, 1]
