"""The national transactions over a real database: settled, estimated and taken back as any other claim is."""

import asyncio
from typing import Any

import orjson
import pytest

from services.adjudication.decide.setlinfo import FUNDS, broken_identities
from tests.service.adjudication.conftest import Counter
from tests.service.adjudication.test_late_facts import POOR
from tests.unit.adjudication.national import Message, stay, visit
from tests.unit.adjudication_service.given import PERSON, claim, enrolled


async def settle(counter: Counter, message: Message) -> dict[str, Any]:
    """Send a settlement; it is decided while the sender waits."""
    counter.place.log.news.clear()

    async def decide_meanwhile() -> None:
        await counter.place.log.news.wait()
        await counter.place.decide()

    answer, _ = await asyncio.gather(send(counter, message), decide_meanwhile())
    return answer


async def send(counter: Counter, message: Message) -> dict[str, Any]:
    answer = await counter.post(f"/fsi/{message['infno']}", message, "his", "provider")
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def cancellation(number: str, person: str = PERSON) -> Message:
    return stay() | {
        "infno": "2305",
        "msgid": "H3407060000120170301110000",
        "input": {"data": {"psn_no": person, "setl_id": number}},
    }


async def test_a_stay_settled_by_2304_pays_what_the_same_claim_pays_at_the_counter(counter: Counter) -> None:
    await counter.place.hear(enrolled("P2"))
    await counter.submit(claim("C1", person="P2"))
    ours = (await counter.get("/claims/C1/explanation")).json()["setlinfo"]
    theirs = (await settle(counter, stay()))["output"]["setlinfo"]
    assert {name: theirs[name] for name in ours if name != "setl_proc_info"} == {
        name: ours[name] for name in ours if name != "setl_proc_info"
    }


async def test_a_settlement_is_answered_with_its_number_its_funds_and_all_identities(counter: Counter) -> None:
    said = await settle(counter, stay())
    info = said["output"]["setlinfo"]
    number = info["setl_id"]
    amounts = {name: value for name, value in info.items() if "." in value}
    assert broken_identities(amounts) == []
    assert (said["infcode"], info["mdtrt_id"], info["hifp_pay"], (await counter.claim(number))["status"]) == (
        0,
        "M1",
        "11125.00",
        "approved",
    )


async def test_a_message_sent_again_is_answered_again_and_settled_once(counter: Counter) -> None:
    first = await settle(counter, visit())
    second = await send(counter, visit())
    rows = await counter.place.fetch("select count(*) from log.event where kind = 'ClaimSubmitted'")
    assert (second["output"], rows[0][0]) == (first["output"], 1)


async def test_amounts_may_be_numbers_with_decimals(counter: Counter) -> None:
    message = visit()
    message["input"]["data"]["medfee_sumamt"] = 99.9
    message["input"]["feedetail"][0] |= {"det_item_fee_sumamt": 99.90, "selfpay_prop": 0.1}
    info = (await settle(counter, message))["output"]["setlinfo"]
    assert (info["medfee_sumamt"], info["preselfpay_amt"]) == ("99.90", "9.99")


async def test_a_message_id_is_not_used_for_another_message(counter: Counter) -> None:
    await settle(counter, visit())
    said = await send(counter, visit({"med_list_codg": "XB01"}))
    assert (said["infcode"], said["errors"][0]["code"], said["errors"][0]["field"]) == (
        -1,
        "IDEMPOTENCY_CONFLICT",
        "msgid",
    )


async def test_a_settlement_that_people_must_look_at_is_put_off(counter: Counter) -> None:
    row = {"det_item_fee_sumamt": "60000.00"}
    large = stay(medfee_sumamt="60000.00")
    large["input"]["feedetail"][0] |= row
    said = await settle(counter, large)
    assert (said["infcode"], said["err_msg"][:6], said["output"]["setlinfo"]["clr_type"]) == (-1, "PENDED", "51")


async def test_a_denied_settlement_says_why_and_leaves_the_bill_to_the_person(counter: Counter) -> None:
    said = await settle(counter, visit({"chrgitm_lv": "03"}))
    info = said["output"]["setlinfo"]
    assert (said["infcode"], said["err_msg"].split()[0], info["fund_pay_sumamt"], info["psn_cash_pay"]) == (
        0,
        "CONSENT_MISSING",
        "0.00",
        "100.00",
    )


async def test_an_estimate_pays_the_same_and_writes_nothing(counter: Counter) -> None:
    estimate = await send(counter, stay() | {"infno": "2303"})
    rows = await counter.place.fetch("select count(*) from log.event where kind = 'ClaimSubmitted'")
    info = (await settle(counter, stay()))["output"]["setlinfo"]
    assert rows[0][0] == 0
    assert {name: estimate["output"]["setlinfo"][name] for name in FUNDS} == {name: info[name] for name in FUNDS}


async def test_a_cancelled_settlement_is_a_negative_one_that_names_it(counter: Counter) -> None:
    info = (await settle(counter, stay()))["output"]["setlinfo"]
    said = await send(counter, cancellation(info["setl_id"]))
    back = said["output"]["setlinfo"]
    assert (said["infcode"], back["init_setl_id"], back["hifp_pay"], back["refd_setl_flag"]) == (
        0,
        info["setl_id"],
        "-11125.00",
        "1",
    )


async def test_a_settlement_that_was_decided_again_is_taken_back_as_it_stands(counter: Counter) -> None:
    number = (await settle(counter, stay()))["output"]["setlinfo"]["setl_id"]
    await counter.place.hear(POOR)
    said = await send(counter, cancellation(number))
    assert (said["infcode"], said["err_msg"]) == (0, "")
    back, [negative] = said["output"]["setlinfo"], [c for c in await clawbacks(counter, number) if c[0] == "CANCELLED"]
    assert (back["maf_pay"], back["setl_id"]) == ("-2712.50", negative[1])


async def test_a_settlement_of_which_people_took_a_part_back_goes_to_the_counter(counter: Counter) -> None:
    number = (await settle(counter, stay()))["output"]["setlinfo"]["setl_id"]
    body = {"claim": number, "amount": 100, "ground": "COMPLAINT", "reason": "charged twice"}
    proposed = (await counter.post("/clawbacks", body, "wang.wu", "reviewer_1")).json()["clawback"]
    await counter.post(f"/clawbacks/{proposed}/approve", None, "zhao.liu", "approver")
    assert (await send(counter, cancellation(number)))["errors"][0]["code"] == "CLAWED_BACK"


async def clawbacks(counter: Counter, number: str) -> list[tuple[str, str]]:
    return [(taken["ground"], taken["clawback"]) for taken in (await counter.claim(number))["clawbacks"]]


@pytest.mark.parametrize(
    "code, field, message",
    [
        ("BAD_NUMBER", "input.data.medfee_sumamt", visit(medfee_sumamt="1e3")),
        ("MISSING", "input", {"infno": "2207", "msgid": "H340706000012", "insuplc_admdvs": "340706"}),
        ("UNKNOWN_CODE", "input.data.insutype", visit() | {"insuplc_admdvs": "999999"}),
        ("UNKNOWN_CLAIM", "input.data.setl_id", cancellation("C404")),
    ],
)
async def test_a_bad_message_is_answered_with_code_and_place(
    counter: Counter, code: str, field: str, message: Message
) -> None:
    said = await send(counter, message)
    found = {(error["code"], error["field"]) for error in said["errors"]}
    assert (said["infcode"], said["output"], (code, field) in found) == (-1, None, True)


async def test_a_message_goes_to_the_address_of_its_transaction(counter: Counter) -> None:
    answer = await counter.post("/fsi/2304", visit(), "his", "provider")
    assert answer.json()["errors"][0]["code"] == "WRONG_TRANSACTION"


async def test_a_settlement_of_another_person_is_not_taken_back(counter: Counter) -> None:
    info = (await settle(counter, stay()))["output"]["setlinfo"]
    said = await send(counter, cancellation(info["setl_id"], "P2"))
    assert said["errors"][0]["code"] == "WRONG_PERSON"


async def test_who_may_not_settle_is_refused_by_http(counter: Counter) -> None:
    answer = await counter.post("/fsi/2207", visit(), "li.si", "reviewer_1")
    assert (answer.status_code, orjson.loads(answer.content)["status"]) == (403, 403)
