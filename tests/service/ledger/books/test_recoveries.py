"""追回入账: what comes back for a claim settles what the memo register says is owed, and no more than that."""

from tests.service.ledger.books.conftest import Ledger
from tests.service.ledger.books.test_vouchers import CHIEF, approved, proposed
from tests.unit.ledger.books import given

RECOVERY = {
    "book": given.BOOK,
    "template": "T21",
    "amount": 20_000,
    "about": {"claim": "C1"},
    "choices": {"bank": "1003", "care": "住院"},
}


async def test_a_recovery_about_a_claim_settles_its_memo(ledger: Ledger) -> None:
    await ledger.take("adjudication", given.event(given.clawback(20_000)))
    await approved(ledger, RECOVERY)

    assert await owed_for_claim(ledger) == 0


async def test_no_more_comes_back_for_a_claim_than_has_to(ledger: Ledger) -> None:
    await ledger.take("adjudication", given.event(given.clawback(19_999)))

    answer = await ledger.post("/vouchers", RECOVERY)

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "MORE_THAN_OWED", "amount")


async def test_what_has_to_come_back_for_a_claim_comes_back_once(ledger: Ledger) -> None:
    await ledger.take("adjudication", given.event(given.clawback(20_000)))
    twice = [await proposed(ledger, RECOVERY | {"summary": paid}) for paid in ("现金", "转账")]

    answers = [await ledger.post(f"/vouchers/{number}/approve", {}, **CHIEF) for number in twice]

    assert [(one.status_code, one.json().get("code")) for one in answers] == [(200, None), (409, "MORE_THAN_OWED")]
    assert await owed_for_claim(ledger) == 0


async def test_a_recovery_taken_back_in_red_is_owed_again_in_the_memo(ledger: Ledger) -> None:
    await ledger.take("adjudication", given.event(given.clawback(20_000)))
    await approved(ledger, RECOVERY)
    (entry,) = await ledger.fetch("select id from state.entry where template = 'T21'")
    order = {"entry": str(entry["id"]), "summary": "冲销记错的追回"}
    number = (await ledger.post("/vouchers/corrections", order)).json()["voucher"]
    await ledger.post(f"/vouchers/{number}/approve", {}, **CHIEF)

    assert await owed_for_claim(ledger) == -20_000


async def owed_for_claim(ledger: Ledger) -> int:
    """What the memo book says that the claim is owed, fen."""
    lines = (await ledger.get("/claims/C1/lines")).json()["lines"]
    return sum(
        line["amount"] if line["side"] == "C" else -line["amount"] for line in lines if line["account"] == "M应付待遇"
    )
