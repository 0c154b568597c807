"""Bank accounts, differences, and what probably belongs together can be looked up."""

from tests.service.ledger.closing.given import DAY1, IN, MAKER, a_line_that_only_the_bank_has, contribution, register


async def test_an_account_is_listed_with_the_day_it_was_opened(office):
    await office.open_accounts(IN)
    listed = (await office.get("/bank-accounts")).json()
    assert [(row["bank_account"], row["since"]) for row in listed] == [(IN, str(DAY1))]


async def test_a_difference_is_listed_until_it_is_taken_back(office):
    await a_line_that_only_the_bank_has(office)
    number = (await register(office)).json()["exception"]
    before = [row["exception"] for row in (await office.get("/exceptions")).json()]
    await office.post(f"/exceptions/{number}/close", {"reason": "已查明"}, "accountant", MAKER)
    assert (before, (await office.get("/exceptions")).json()) == ([number], [])


async def test_what_both_sides_have_under_one_key_is_suggested(office):
    await office.open_accounts(IN)
    await office.receive("enrollment", DAY1, contribution(1))
    await office.statement(IN, DAY1, 0, ("S1", 15_000, "SK-0301"))
    found = (await office.get(f"/suggestions/{IN}/{DAY1}")).json()
    assert [(one["bank"], one["amount"]) for one in found] == [([f"{DAY1}/1"], 15_000)]
