"""A claim is withdrawn only while it is not cleared (清算): once the bank has its order, only a clawback is left."""

from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.given import ordered, returned
from tests.unit.adjudication_service.given import claim

WHY = {"reason": "entered twice"}


async def cancelled(counter: Counter) -> tuple[int, str]:
    """Withdraw C1; give the status and the code, or how the claim then stands."""
    answer = await counter.post("/claims/C1/cancel", WHY)
    found = answer.json()
    return answer.status_code, found.get("code", found.get("status"))


async def test_a_claim_that_the_bank_is_to_pay_is_not_withdrawn(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.pay(ordered("C1"))
    assert await cancelled(counter) == (409, "CLEARED")


async def test_an_order_for_another_claim_holds_nothing_up(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.pay(ordered("C2"))
    assert await cancelled(counter) == (201, "cancelled")


async def test_a_claim_whose_money_came_back_is_withdrawn(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.pay(ordered("C1"), returned("C1"))
    assert await cancelled(counter) == (201, "cancelled")


async def test_a_cleared_claim_is_taken_back_by_a_clawback(counter: Counter) -> None:
    await counter.submit(claim())
    await counter.place.pay(ordered("C1"))
    body = {"claim": "C1", "amount": 1_112_500, "ground": "COMPLAINT", "reason": "entered twice"}
    number = (await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")).json()["clawback"]
    answer = await counter.post(f"/clawbacks/{number}/approve", None, "zhao.liu", "approver")
    assert (answer.status_code, answer.json()["amount"]) == (201, 1_112_500)
