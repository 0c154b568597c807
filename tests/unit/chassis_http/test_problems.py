"""Whatever is sent, the answer is a problem document with a stable code, the field and a sentence."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

import httpx
import pytest
from pydantic import Field, TypeAdapter, ValidationError

from services.chassis.faults import faults_of
from tests.unit.chassis_http.front import BODY_LIMIT, BULK_LIMIT

Send = Callable[[bytes], Awaitable[httpx.Response]]

GOOD = b'{"claim": "C-1", "lines": [{"item": "X1", "amount": 100}]}'


def form(claim: str = '"C-1"', item: str = '"X1"', amount: str = "100", more: str = "") -> bytes:
    return f'{{"claim": {claim}, "lines": [{{"item": {item}, "amount": {amount}}}]{more}}}'.encode()


async def test_a_good_form_is_taken(send: Send) -> None:
    answer = await send(GOOD)
    assert (answer.status_code, answer.json()) == (201, {"claim": "C-1", "actor": "li.si"})


@pytest.mark.parametrize(
    "body, status, code, field",
    [
        (form(amount='"100"'), 422, "NOT_AN_INTEGER", "lines.0.amount"),
        (form(amount="true"), 422, "NOT_AN_INTEGER", "lines.0.amount"),
        (form(amount="100.0"), 422, "NOT_AN_INTEGER", "lines.0.amount"),
        (form(amount="-1"), 422, "NEGATIVE", "lines.0.amount"),
        (form(amount="10000000000001"), 422, "TOO_LARGE", "lines.0.amount"),
        (form(claim="7"), 422, "NOT_TEXT", "claim"),
        (form(claim='"; drop table"'), 422, "BAD_FORMAT", "claim"),
        (form(more=', "amout": 1'), 422, "UNKNOWN_FIELD", "amout"),
        (b'{"claim": "C-1"}', 422, "MISSING", "lines"),
        (b'{"claim": "C-1", "lines": {}}', 422, "NOT_A_LIST", "lines"),
        (b'{"claim": "C-1", "lines": [7]}', 422, "NOT_AN_OBJECT", "lines.0"),
        (b"[]", 422, "NOT_AN_OBJECT", "body"),
        (b"", 422, "MISSING", "body"),
        (b'{"claim": "C-1",}', 400, "MALFORMED_JSON", None),
        (b'{"claim": "C-1", "claim": "C-2", "lines": []}', 422, "DUPLICATE_KEY", "claim"),
        (b" " * (BODY_LIMIT + 1), 413, "BODY_TOO_LARGE", "body"),
    ],
)
async def test_a_bad_form_is_refused_by_code_and_field(
    send: Send, body: bytes, status: int, code: str, field: str | None
) -> None:
    answer = await send(body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, code, field)


@pytest.mark.parametrize(
    "body, message",
    [
        (b'{"claim": "C-1"}', "this field is missing"),
        (form(more=', "amout": 1'), "there is no field of this name"),
        (b'{"claim": "C-1", "lines": [7]}', "this should be an object"),
        (b'{"claim": "C-1", "lines": {}}', "this should be a valid list"),
        (form(claim="7"), "this should be a valid string"),
        (form(claim='"?"'), "this should match pattern '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$'"),
    ],
)
async def test_the_sentence_of_a_refusal_names_no_type_of_python(send: Send, body: bytes, message: str) -> None:
    assert (await send(body)).json()["message"] == message


def test_too_many_lines_are_counted_in_plain_words() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Annotated[tuple[int, ...], Field(max_length=2)]).validate_python([1, 2, 3])
    assert [fault.message for fault in faults_of(refused.value.errors())] == ["this should have at most 2 items, not 3"]


async def test_a_refusal_is_a_problem_document(send: Send) -> None:
    answer = await send(form(amount="-1"))
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:claims-ledger:problem:NEGATIVE",
        "title": "The input cannot be accepted.",
        "status": 422,
        "code": "NEGATIVE",
        "field": "lines.0.amount",
        "message": "this should be greater than or equal to 0",
        "errors": [
            {
                "code": "NEGATIVE",
                "field": "lines.0.amount",
                "message": "this should be greater than or equal to 0",
            }
        ],
        "instance": f"urn:request:{answer.headers['x-request-id']}",
    }


async def test_all_faults_of_a_form_are_told_at_once(send: Send) -> None:
    answer = await send(b'{"claim": 7, "lines": [{"item": "X1", "amount": -1}, {"amount": 1}]}')
    found = [(fault["code"], fault["field"]) for fault in answer.json()["errors"]]
    assert found == [("NOT_TEXT", "claim"), ("NEGATIVE", "lines.0.amount"), ("MISSING", "lines.1.item")]


async def test_a_form_that_does_not_say_it_is_json_is_refused(door: httpx.AsyncClient, clerk: dict[str, str]) -> None:
    answer = await door.post("/forms", content=GOOD, headers=clerk | {"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (422, "NOT_AN_OBJECT")


@pytest.mark.parametrize(
    "method, path, status, code",
    [
        ("GET", "/nowhere", 404, "UNKNOWN_ROUTE"),
        ("DELETE", "/forms", 405, "WRONG_METHOD"),
        ("GET", "/conflict", 409, "ALREADY_PAID"),
    ],
)
async def test_a_wrong_request_is_refused_by_code(
    door: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await door.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_refusal_of_a_method_names_the_ones_that_are_taken(door: httpx.AsyncClient) -> None:
    assert (await door.delete("/forms")).headers["allow"] == "POST"


async def test_an_unforeseen_failure_tells_an_id_and_nothing_else(door: httpx.AsyncClient) -> None:
    answer = await door.get("/broken", headers={"x-request-id": "front-end-0001"})
    assert answer.status_code == 500
    assert answer.json()["instance"] == "urn:request:front-end-0001"
    assert "secret" not in answer.text


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(0, size, 1_000):
        yield b"x" * 1_000


async def test_a_bulk_body_may_be_larger_than_a_form(door: httpx.AsyncClient) -> None:
    answer = await door.post("/bulk", content=in_pieces(BULK_LIMIT), headers={"content-type": "application/x-ndjson"})
    assert answer.json() == {"bytes": BULK_LIMIT}


@pytest.mark.parametrize(
    "path, limit, kind",
    [
        ("/bulk", BULK_LIMIT, "application/x-ndjson"),
        ("/forms", BODY_LIMIT, "application/json"),
    ],
)
async def test_a_body_in_pieces_is_stopped_at_the_limit(
    door: httpx.AsyncClient, path: str, limit: int, kind: str
) -> None:
    answer = await door.post(path, content=in_pieces(limit + 1_000), headers={"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")


async def test_a_request_id_of_ours_replaces_one_that_is_not_plain(door: httpx.AsyncClient) -> None:
    answer = await door.get("/nowhere", headers={"x-request-id": 'x"; evil'})
    assert answer.headers["x-request-id"].isalnum()


async def test_the_manual_needs_no_other_host(door: httpx.AsyncClient) -> None:
    page = (await door.get("/docs")).text
    assert "://" not in page


async def test_the_manual_finds_its_parts_here(door: httpx.AsyncClient) -> None:
    answer = await door.get("/static-offline-docs/swagger-ui-bundle.js")
    assert answer.status_code == 200


async def test_the_openapi_document_is_version_3_1(door: httpx.AsyncClient) -> None:
    assert (await door.get("/openapi.json")).json()["openapi"] == "3.1.0"


async def test_requests_are_counted_by_route_and_status(door: httpx.AsyncClient) -> None:
    await door.get("/conflict")
    metrics = (await door.get("/metrics")).text
    assert 'claims_http_requests_total{method="GET",route="/conflict",status="409"}' in metrics
