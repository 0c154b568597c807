"""What comes in is measured while it comes, and JSON is read strictly before anybody acts on it."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.errors import BadInput, Problem, TooLarge
from services.chassis.problems import answer
from services.chassis.settings import Settings
from services.chassis.strict_json import decimals_as_text, strict_json


class StrictBody:
    """ASGI middleware: a size limit for every body, chunked or not, and ``strict_json`` for JSON.

    JSON may be ``body_limit`` bytes; anything else (NDJSON, bank files) is streamed and may be ``bulk_limit``.
    Below the paths ``in_yuan`` numbers may have a fraction; the route gets them as text, never as floats.
    """

    def __init__(self, app: ASGIApp, settings: Settings, in_yuan: tuple[str, ...] = ()) -> None:
        self._app = app
        self._in_yuan = in_yuan
        self._single = settings.body_limit
        self._bulk = settings.bulk_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        as_json = _is_json(headers.get("content-type", ""))
        body = _Measured(receive, self._single if as_json else self._bulk)
        try:
            body.announce(headers.get("content-length"))
            inner = await _checked(body, in_yuan=scope["path"].startswith(self._in_yuan)) if as_json else body
        except Problem as problem:
            await answer(problem, scope)(scope, receive, send)
            return
        await self._app(scope, inner, send)


class _Measured:
    """The ASGI ``receive`` that refuses with ``TooLarge`` as soon as the limit is passed."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._size = 0

    def announce(self, length: str | None) -> None:
        if length is not None and length.isdecimal() and int(length) > self._limit:
            raise self._too_large()

    async def __call__(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > self._limit:
            raise self._too_large()
        return message

    def _too_large(self) -> TooLarge:
        return TooLarge("BODY_TOO_LARGE", f"a body of this kind may be {self._limit:,} bytes at most", "body")


async def _checked(body: _Measured, *, in_yuan: bool) -> Receive:
    parts = []
    while (message := await body())["type"] == "http.request":
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    else:
        raise BadInput("INCOMPLETE", "the connection ended before the body did", "body", status=400)
    whole = b"".join(parts)
    if whole and in_yuan:
        whole = decimals_as_text(whole)
    elif whole:
        strict_json(whole)
    unread: list[Message] = [{"type": "http.request", "body": whole, "more_body": False}]

    async def replay() -> Message:
        return unread.pop() if unread else await body()

    return replay


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")
