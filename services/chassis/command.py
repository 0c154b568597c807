"""A command over HTTP is done once: sent again with the same key, it gets the same answer."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from fastapi import Request, Response

from contracts.topics import Service
from services.chassis.auth import Caller
from services.chassis.errors import BadInput, Conflict
from services.chassis.problems import MEDIA_TYPE
from services.chassis.unit import Log, Unit

Answer = tuple[int, Mapping[str, Any]]
"""An HTTP status and what can be written as JSON."""

Work = Callable[[Unit, UUID], Awaitable[Answer]]

HEADER = "idempotency-key"
SHORTEST_KEY = 8
LONGEST_KEY = 128

_CLAIM = """
insert into log.command (key, actor, request_hash) values ($1, $2, $3)
on conflict (key) do nothing returning true
"""
_SAY_WHO = "select set_config('claims.person', $1, true)"
_STORED = "select actor, request_hash, status, answer from log.command where key = $1"
_ANSWER = "update log.command set status = $2, answer = $3 where key = $1"


def cause_of(service: Service, key: str) -> UUID:
    """Derive the cause of a command's events from its idempotency key."""
    return uuid5(uuid5(NAMESPACE_URL, f"urn:claims-ledger:{service}"), key)


async def command(log: Log, request: Request, caller: Caller, work: Work, key: str | None = None) -> Response:
    """Do ``work`` in one unit and store its answer in the same transaction, or give the stored answer.

    ``key`` is for a form that carries its own; otherwise this needs the header ``Idempotency-Key`` (8 to 128
    visible ASCII characters). The same key with another request, or from another actor, is ``Conflict``
    IDEMPOTENCY_CONFLICT. What ``work`` raises undoes everything, so the same key may be sent again.
    """
    cause = cause_of(log.service, _key(request) if key is None else key)
    digest = await _digest(request)
    async with log.unit(caller.actor) as unit:
        # a second request with this key waits here until the first one has committed or failed
        if not await unit.conn.fetchval(_CLAIM, cause, caller.actor, digest):
            return _replay(await unit.conn.fetchrow(_STORED, cause), caller, digest)
        if caller.person is not None:
            # for the database to refuse their own case; gone with the transaction
            await unit.conn.execute(_SAY_WHO, caller.person)
        status, body = await work(unit, cause)
        answer = orjson.dumps(body)
        await unit.conn.execute(_ANSWER, cause, status, answer.decode())
    return _response(status, answer)


def _replay(stored: Any, caller: Caller, digest: bytes) -> Response:
    if stored["actor"] != caller.actor or stored["request_hash"] != digest:
        raise Conflict(
            "IDEMPOTENCY_CONFLICT",
            "this Idempotency-Key was used for another request; take a new key for a new request",
            HEADER,
        )
    return _response(stored["status"], stored["answer"], {"idempotent-replay": "true"})


def _response(status: int, body: bytes | str, headers: Mapping[str, str] | None = None) -> Response:
    # a refusal that had to be written down is an answer of the command, and a problem document all the same
    return Response(body, status, headers, media_type="application/json" if status < 400 else MEDIA_TYPE)


def _key(request: Request) -> str:
    key = request.headers.get(HEADER)
    if key is None:
        raise BadInput("MISSING", "a write needs an Idempotency-Key header", HEADER, status=400)
    if not (SHORTEST_KEY <= len(key) <= LONGEST_KEY and all("!" <= character <= "~" for character in key)):
        raise BadInput(
            "BAD_IDEMPOTENCY_KEY",
            "an Idempotency-Key is 8 to 128 visible ASCII characters",
            HEADER,
            status=400,
        )
    return key


async def _digest(request: Request) -> bytes:
    what = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(what.encode() + await request.body()).digest()
