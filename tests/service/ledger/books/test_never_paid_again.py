"""退票不再支付: what is booked as never to be paid again came back from the bank for a claim, and is held for it."""

from typing import Any

import pytest

from tests.service.ledger.books.conftest import Ledger
from tests.service.ledger.books.test_vouchers import CHIEF, approved, proposed
from tests.unit.ledger.books import given

LAPSED: dict[str, Any] = {
    "book": given.BOOK,
    "template": "T11",
    "amount": given.payment_line().amount,
    "about": {"claim": given.payment_line().claim},
    "choices": {"care": "住院"},
}
LATER: dict[str, Any] = {name: value for name, value in LAPSED.items() if name != "choices"} | {"template": "T11y"}


@pytest.mark.parametrize("order", [LAPSED, LATER], ids=["this year", "earlier"])
async def test_what_is_held_for_the_claim_may_be_booked(ledger: Ledger, order: dict[str, Any]) -> None:
    await ledger.take("payment", given.event(given.returned()))
    await approved(ledger, order)
    assert await held(ledger) == 0


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"amount": LAPSED["amount"] + 1}, "MORE_THAN_HELD", "amount"),
        ({"about": {"claim": "C-OTHER"}}, "MORE_THAN_HELD", "amount"),
        ({"about": {}}, "CLAIM_MISSING", "about.claim"),
    ],
    ids=["more", "another claim", "no claim"],
)
async def test_nothing_else_may(ledger: Ledger, changes: dict[str, Any], code: str, field: str) -> None:
    await ledger.take("payment", given.event(given.returned()))
    answer = await ledger.post("/vouchers", LAPSED | changes)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)


async def test_it_is_booked_once(ledger: Ledger) -> None:
    await ledger.take("payment", given.event(given.returned()))
    twice = [await proposed(ledger, LAPSED | {"summary": why}) for why in ("死亡无继承人", "无人领取")]
    answers = [await ledger.post(f"/vouchers/{number}/approve", {}, **CHIEF) for number in twice]
    assert [(one.status_code, one.json().get("code")) for one in answers] == [(200, None), (409, "MORE_THAN_HELD")]


async def held(ledger: Ledger) -> int:
    """What the books hold of what the bank sent back for the claim, fen."""
    lines = (await ledger.get(f"/claims/{LAPSED['about']['claim']}/lines")).json()["lines"]
    return sum(
        line["amount"] if line["side"] == "C" else -line["amount"]
        for line in lines
        if line["account"][5:] == "退票待付"
    )
