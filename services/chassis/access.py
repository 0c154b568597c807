"""Every request gets a number, a line in the log and a count; none leaves without an answer."""

import re
import time
from typing import Any
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.metrics import REQUEST_SECONDS, REQUESTS
from services.chassis.problems import unexpected

HEADER = "x-request-id"
QUIET = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked every few seconds by machines; counted, but not written down."""

_ACCEPTABLE = re.compile(r"[A-Za-z0-9-]{8,64}")
_log = structlog.get_logger()


class Access:
    """ASGI middleware, the outermost: request id, access log, metrics, and 500 for the unforeseen."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if _ACCEPTABLE.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(send, request_id)
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, answer)
            except Exception:
                _log.exception("request_failed", path=scope["path"])
                if answer.status:
                    raise  # half an answer is out already: let the server break the connection
                await unexpected(scope)(scope, receive, answer)
            finally:
                _account(scope, answer.status or 500, time.perf_counter() - started)


class _Answer:
    """The ASGI ``send`` that remembers the status and adds the request id."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)[HEADER] = self._request_id
        await self._send(message)


def _account(scope: Scope, status: int, seconds: float) -> None:
    route: Any = scope.get("route")
    template = getattr(route, "path", "unknown")
    REQUESTS.labels(scope["method"], template, status).inc()
    REQUEST_SECONDS.labels(template).observe(seconds)
    if template not in QUIET:
        _log.info(
            "request",
            method=scope["method"],
            route=template,
            path=scope["path"],
            status=status,
            milliseconds=round(seconds * 1_000, 1),
            actor=scope["state"].get("actor"),
        )
