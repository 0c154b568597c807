"""Claims over HTTP: taken in whole, or refused whole with every fault named."""

import asyncio
from typing import Any

import orjson
import pytest

from tests.service.adjudication.conftest import NDJSON, Counter
from tests.unit.adjudication_service.given import claim, visit


def form(number: str | None = "C1", **changes: Any) -> dict[str, Any]:
    """A good claim form as JSON."""
    written: dict[str, Any] = orjson.loads(claim().canonical())
    return written | {"claim": number, "invoice": f"I-{number}"} | changes


def fee(**changes: Any) -> dict[str, Any]:
    """A form whose one fee line is changed."""
    line = form()["lines"][0]
    return form(lines=[line | changes])


async def claims_in_log(counter: Counter) -> int:
    """How many claims reached the log."""
    rows = await counter.place.fetch("select count(*) from log.event where kind = 'ClaimSubmitted'")
    return int(str(rows[0][0]))


async def test_a_claim_without_a_number_gets_one(counter: Counter) -> None:
    answer = await counter.post("/claims", form(None))
    number = answer.json()["claim"]
    assert (await counter.claim(number))["status"] == "submitted"


async def test_who_waits_gets_the_decision(counter: Counter) -> None:
    counter.place.log.news.clear()

    async def decide_meanwhile() -> None:
        await counter.place.log.news.wait()
        await counter.place.decide()

    asking = counter.post("/claims?wait=8", form())
    answer, _ = await asyncio.gather(asking, decide_meanwhile())
    assert (answer.json()["status"], answer.json()["amounts"]["basic"]) == ("approved", 1_112_500)


async def test_the_same_key_gives_the_same_claim_once(counter: Counter) -> None:
    who = counter.who("zhang.san", "clerk", key="key-of-the-front-end")
    answers = [await counter.http.post("/claims", json=form(None), headers=who) for _ in range(2)]
    assert (answers[0].json(), await claims_in_log(counter)) == (answers[1].json(), 1)


@pytest.mark.parametrize(
    "code, field, body",
    [
        ("NOT_AN_INTEGER", "lines.0.amount", fee(amount=1.5)),
        ("NEGATIVE", "lines.0.amount", fee(amount=-1)),
        ("TOO_LARGE", "lines.0.amount", fee(amount=10**14)),
        ("UNKNOWN_CODE", "lines.0.class", fee(**{"class": "D"})),
        ("OVER_LIMIT_ABOVE_AMOUNT", "lines.0.over_limit", fee(over_limit=10**10)),
        ("UNKNOWN_CODE", "kind", form(kind="dental")),
        ("UNKNOWN_CODE", "book", form(book="999999-390")),
        ("BAD_DATE", "on", form(on="2017-02-30")),
        ("BAD_FORMAT", "provider", form(provider="P320312011031")),
        ("MISSING", "admitted", form(admitted=None)),
        ("TOO_FEW", "lines", form(lines=[])),
        ("TOO_MANY", "lines", form(lines=form()["lines"] * 501)),
        ("UNKNOWN_FIELD", "patient", form(patient="somebody")),
    ],
)
async def test_a_bad_form_never_reaches_the_log(counter: Counter, code: str, field: str, body: dict[str, Any]) -> None:
    answer = await counter.post("/claims", body)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"], await claims_in_log(counter)) == (
        422,
        code,
        field,
        0,
    )


async def test_a_number_is_given_once(counter: Counter) -> None:
    await counter.post("/claims", form())
    answer = await counter.post("/claims", form(invoice="another"))
    assert (answer.status_code, answer.json()["code"]) == (409, "CLAIM_EXISTS")


async def test_a_reviewer_hands_nothing_in(counter: Counter) -> None:
    assert (await counter.post("/claims", form(), "li.si", "reviewer_1")).status_code == 403


async def test_many_claims_come_in_one_request(counter: Counter) -> None:
    lines = b"\n".join(visit(f"V{n}", 5_000).canonical() for n in range(300))
    answer = await counter.http.post(
        "/claims/bulk", content=lines, headers=counter.who("his", "provider") | {"content-type": NDJSON}
    )
    await counter.place.decide()
    totals = (await counter.get("/claims/totals")).json()["totals"]
    assert (len(answer.json()["claims"]), totals[0]["status"], totals[0]["claims"]) == (300, "approved", 300)


async def test_one_bad_line_keeps_all_lines_out_and_is_named(counter: Counter) -> None:
    lines = [orjson.dumps(form(f"C{n}")) for n in range(3)]
    lines[1] = orjson.dumps(fee(amount=-1))
    answer = await counter.http.post(
        "/claims/bulk", content=b"\n".join(lines), headers=counter.who("his", "provider") | {"content-type": NDJSON}
    )
    assert (answer.json()["field"], await claims_in_log(counter)) == ("lines.2.lines.0.amount", 0)


async def test_an_empty_line_is_named_for_the_lines_after_it_are_counted(counter: Counter) -> None:
    good, bad = orjson.dumps(form()), orjson.dumps(fee(over_limit=10**10))
    who = counter.who("his", "provider") | {"content-type": NDJSON}
    answer = await counter.http.post("/claims/bulk", content=b"\n".join([good, b"", bad, b"", b""]), headers=who)
    assert [fault["field"] for fault in answer.json()["errors"]] == ["lines.2"]
    answer = await counter.http.post("/claims/bulk", content=b"\n".join([good, bad, b"", b""]), headers=who)
    assert [fault["field"] for fault in answer.json()["errors"]] == ["lines.2.lines.0.over_limit"]


@pytest.mark.parametrize("status", ["submitted", "approved", "denied", "pended", "cancelled"])
async def test_claims_are_listed_by_status_page_by_page(counter: Counter, status: str) -> None:
    for n in range(2):
        await counter.submit(
            visit(f"A{n}", 5_000),
            visit(f"D{n}", 5_000, provider="H34070699999"),
            visit(f"P{n}", 6_000_000),
            visit(f"X{n}", 5_000),
        )
        await counter.post(f"/claims/X{n}/cancel", {"reason": "entered twice"})
    for n in range(2):
        await counter.post("/claims", form(f"S{n}"))
    first = (await counter.get(f"/claims?status={status}&limit=1")).json()["claims"]
    rest = (await counter.get(f"/claims?status={status}&after={first[0]['claim']}")).json()["claims"]
    letter = {"submitted": "S", "approved": "A", "denied": "D", "pended": "P", "cancelled": "X"}[status]
    assert [row["claim"] for row in first + rest] == [f"{letter}0", f"{letter}1"]


PAPER = {"name": "出院小结", "digest": "9f" * 32}


async def test_the_papers_of_a_claim_are_shown_with_it_and_to_its_reviewers(counter: Counter) -> None:
    await counter.submit(visit("C1", 6_000_000, attachments=(PAPER,)))
    reviewed = (await counter.get("/reviews")).json()["reviews"][0]
    assert ((await counter.claim("C1"))["attachments"], reviewed["attachments"]) == ([PAPER], [PAPER])


async def test_a_claim_has_at_most_fifty_papers(counter: Counter) -> None:
    answer = await counter.post("/claims", form() | {"attachments": [PAPER] * 51})
    assert (answer.status_code, answer.json()["field"]) == (422, "attachments")
