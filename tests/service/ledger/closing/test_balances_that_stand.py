"""A balance that should not stand passes only when two people answer for it, up to what they saw."""

import asyncpg
import pytest

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
    codes,
    payment,
    register,
)


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
    "insert into state.exception values"
    f" ('CY-1', '{OUT}', '{BOOK}', '2017-03-01', 'balance', '1002', 1, 'r', 'o', '2017-03-02'"
)
PROPOSAL = (
    "insert into state.exception_proposal values"
    f" ('CY-1', '{OUT}', '{BOOK}', '2017-03-01', 'balance', '1002', 1, 'r', 'o', '2017-03-02', 'zhao')"
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
    await office.open_accounts(OUT)
    async with office.log.pool.acquire() as conn:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="takes two people"):
            await conn.execute(attack)


@pytest.mark.parametrize(
    "attack",
    [
        ANSWER.replace("balance", "bank").replace(BOOK, "340706-610", 1) + ")",
        ANSWER.replace("balance", "bank").replace(OUT, IN) + ")",
        PROPOSAL.replace(f"'{BOOK}'", "'340706-610'"),
        f"insert into state.match_proposal values ('DZ-1', '{OUT}', '340706-610', '2017-03-01', '{{}}', 'r', 'zhao')",
    ],
    ids=["another book", "no such account", "an answer proposed", "a match proposed"],
)
async def test_an_open_difference_names_the_book_of_its_account_in_the_database_too(office, attack):
    await office.open_accounts(OUT)
    async with office.log.pool.acquire() as conn:
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await conn.execute(attack)


async def test_two_people_let_a_balance_stand_in_the_database(office):
    await office.open_accounts(OUT)
    async with office.log.pool.acquire() as conn:
        await conn.execute(f"{PROPOSAL}; {ANSWER}, 'zhao', 'qian')")
        assert await conn.fetchval("select count(*) from state.exception") == 1
        with pytest.raises(asyncpg.PostgresError):
            await conn.execute("update state.exception set amount = 2")
