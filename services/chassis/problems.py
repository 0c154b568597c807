"""Whatever goes wrong, the caller gets one kind of answer: a problem document (RFC 9457)."""

from typing import cast

import asyncpg
import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ExceptionHandler, Scope

from services.chassis.errors import BadInput, Conflict, NotFound, Problem, Unavailable, Unexpected
from services.chassis.faults import refusal
from services.chassis.trouble import Refused

MEDIA_TYPE = "application/problem+json"

TRANSIENT: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    ConnectionError,
    TimeoutError,
)
"""Failures of the moment: nothing was done, and the same request may be sent again."""

_log = structlog.get_logger()


def answer(problem: Problem, scope: Scope) -> Response:
    """Write a problem as a response; ``instance`` is the request's id."""
    document = problem.as_json() | {"instance": f"urn:request:{request_id(scope)}"}
    return Response(orjson.dumps(document), problem.http_status, problem.headers, media_type=MEDIA_TYPE)


def request_id(scope: Scope) -> str:
    """Give the id under which this request stands in the log."""
    return cast(str, scope.get("state", {}).get("request_id", "none"))


def install(app: FastAPI) -> None:
    """Make the app answer every failure with a problem document."""
    handlers = {
        Problem: _problem,
        RequestValidationError: _invalid,
        HTTPException: _http,
        Refused: _refused,
        asyncpg.DataError: _unstorable,
        **dict.fromkeys(TRANSIENT, _transient),
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, cast(ExceptionHandler, handler))


def unexpected(scope: Scope) -> Response:
    """Answer for a failure that nobody foresaw; the log has the rest under the same id."""
    return answer(Unexpected("INTERNAL", "nothing was done; the log says more under this id"), scope)


async def _problem(request: Request, problem: Problem) -> Response:
    return answer(problem, request.scope)


async def _refused(request: Request, error: Refused) -> Response:
    return answer(Conflict(error.code, error.sentence), request.scope)


async def _unstorable(request: Request, error: asyncpg.DataError) -> Response:
    return answer(BadInput("UNSTORABLE", "a value is larger than any that can be stored, or holds NUL"), request.scope)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    return answer(refusal(error.errors()), request.scope)


async def _http(request: Request, error: HTTPException) -> Response:
    path = request.url.path
    if error.status_code == 404:
        problem: Problem = NotFound("UNKNOWN_ROUTE", f"there is nothing at {path}")
    elif error.status_code == 405:
        problem = BadInput("WRONG_METHOD", f"{path} does not take {request.method}", status=405)
    else:
        problem = BadInput("REFUSED", str(error.detail), status=error.status_code)
    problem.headers.update(error.headers or {})
    return answer(problem, request.scope)


async def _transient(request: Request, error: Exception) -> Response:
    _log.warning("request_postponed", reason=type(error).__name__)
    return answer(Unavailable("TRY_AGAIN", "the database cannot answer now; nothing was done"), request.scope)
