"""A command is done once for each idempotency key, on a real database."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from contracts.enrollment import StatusChanged
from services.chassis.auth import Caller, require
from services.chassis.command import Answer, command
from services.chassis.errors import Conflict
from services.chassis.http import build_app
from services.chassis.settings import Settings
from services.chassis.tokens import Issuer
from services.chassis.unit import Log, Unit
from tests.unit.chassis_http.front import DAY, bearer

_ASKING = "select nullif(current_setting('claims.person', true), '')"
KEY = {"idempotency-key": "front-end-1/0001"}


class Change(BaseModel):
    person: str
    refuse: bool = False


@pytest.fixture
async def desk(log: Log, settings: Settings, clerk: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    app = build_app(settings, [_routes(log)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk", headers=clerk) as client:
        yield client


async def change(desk: httpx.AsyncClient, key: dict[str, str] = KEY, **body: Any) -> httpx.Response:
    return await desk.post("/changes", json={"person": "P-1"} | body, headers=key)


async def count(log: Log) -> int:
    return sum(head.seq for head in await log.heads())


async def test_a_command_is_done_and_answered(desk: httpx.AsyncClient, log: Log) -> None:
    answer = await change(desk)
    assert (answer.status_code, answer.json()["person"], await count(log)) == (201, "P-1", 1)


async def test_sent_again_it_gets_the_same_answer(desk: httpx.AsyncClient) -> None:
    first, second = await change(desk), await change(desk)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["idempotent-replay"] == "true"


async def test_sent_again_it_is_not_done_again(desk: httpx.AsyncClient, log: Log) -> None:
    await change(desk)
    await change(desk)
    assert await count(log) == 1


async def test_sent_many_times_at_once_it_is_done_once(desk: httpx.AsyncClient, log: Log) -> None:
    answers = await asyncio.gather(*(change(desk) for _ in range(8)))
    assert ({answer.content for answer in answers}, await count(log)) == ({answers[0].content}, 1)


async def test_the_same_key_with_another_body_is_a_conflict(desk: httpx.AsyncClient, log: Log) -> None:
    await change(desk)
    answer = await change(desk, person="P-2")
    assert (answer.status_code, answer.json()["code"], await count(log)) == (409, "IDEMPOTENCY_CONFLICT", 1)


async def test_the_same_key_from_another_actor_is_a_conflict(desk: httpx.AsyncClient, issuer: Issuer) -> None:
    await change(desk)
    answer = await change(desk, KEY | bearer(issuer.token("zhang.san", ["clerk"])))
    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")


async def test_another_key_is_another_command(desk: httpx.AsyncClient, log: Log) -> None:
    await change(desk)
    await change(desk, {"idempotency-key": "front-end-1/0002"})
    assert await count(log) == 2


async def test_a_refused_command_leaves_nothing(desk: httpx.AsyncClient, log: Log) -> None:
    answer = await change(desk, refuse=True)
    assert (answer.status_code, answer.json()["code"], await count(log)) == (409, "NOT_NOW", 0)


async def test_the_key_of_a_refused_command_may_be_used_again(desk: httpx.AsyncClient) -> None:
    await change(desk, refuse=True)
    assert (await change(desk)).status_code == 201


async def test_the_events_of_a_command_have_its_actor(desk: httpx.AsyncClient, log: Log) -> None:
    await change(desk)
    (event,) = [event for shard in range(16) for event in await log.read(shard, 0, 10)]
    assert event.actor == "li.si"


@pytest.mark.parametrize("person", ["P-7", None])
async def test_the_database_is_told_the_number_that_the_token_gives(
    desk: httpx.AsyncClient, issuer: Issuer, person: str | None
) -> None:
    answer = await change(desk, KEY | bearer(issuer.token("li.si", ["clerk"], person=person)))
    assert answer.json()["asking"] == person


@pytest.mark.parametrize(
    "key, code",
    [
        ({}, "MISSING"),
        ({"idempotency-key": "short"}, "BAD_IDEMPOTENCY_KEY"),
        ({"idempotency-key": "x" * 129}, "BAD_IDEMPOTENCY_KEY"),
        ({"idempotency-key": "with a blank"}, "BAD_IDEMPOTENCY_KEY"),
    ],
)
async def test_a_write_needs_a_usable_key(desk: httpx.AsyncClient, key: dict[str, str], code: str) -> None:
    answer = await change(desk, key)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, "idempotency-key")


async def test_what_the_database_cannot_hold_is_bad_input(desk: httpx.AsyncClient) -> None:
    answer = await desk.get(f"/changes/{2**63}")
    assert (answer.status_code, answer.json()["code"]) == (422, "UNSTORABLE")


async def test_while_the_database_is_away_the_caller_may_try_later(desk: httpx.AsyncClient, log: Log) -> None:

    log.pool.set_connect_args(dsn="postgresql://nobody@127.0.0.1:1/nothing")
    await log.pool.expire_connections()
    answer = await change(desk)
    assert (answer.status_code, answer.json()["code"]) == (503, "TRY_AGAIN")


def _routes(log: Log) -> APIRouter:
    router = APIRouter()

    @router.post("/changes")
    async def post(asked: Change, request: Request, caller: Annotated[Caller, Depends(require("clerk"))]) -> Response:
        async def work(unit: Unit, cause: UUID) -> Answer:
            body = StatusChanged(person=asked.person, book="340706-390", status="arrears", since=DAY)
            event = unit.append(body, stream=asked.person, cause=cause)
            if asked.refuse:
                raise Conflict("NOT_NOW", "the person is being changed")
            asking = await unit.conn.fetchval(_ASKING)
            return 201, {"person": asked.person, "event": str(event), "asking": asking}

        return await command(log, request, caller, work)

    @router.get("/changes/{seq}")
    async def read(seq: int) -> int:
        return len(await log.read(0, seq, 1))

    return router
