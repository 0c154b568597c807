"""Speaking to a running agency over HTTP, as one clerk after another, and not giving up too early."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import orjson

from contracts.topics import Service
from services.chassis.tokens import Issuer

PATIENCE_SECONDS = 60.0
"""How long a service may be away, for instance while it is started again."""

RETRY = frozenset({httpx.codes.TOO_MANY_REQUESTS, httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE})

T = TypeVar("T")
Json = dict[str, Any]


class RefusedError(Exception):
    """A service refused a request; the message is its own sentence, ``problem`` the whole answer."""

    def __init__(self, request: str, problem: Json) -> None:
        super().__init__(f"{request}: {problem.get('message') or problem.get('title')} ({problem.get('code')})")
        self.problem = problem


class TooLongError(Exception):
    """Something that should have come true did not, within the time given."""


@dataclass
class Client:
    """Requests to four services, sent again until they are answered, a write under its own key.

    All raise ``TooLongError`` when a service is away for longer than ``patience`` seconds.
    """

    urls: Mapping[Service, str]
    issuer: Issuer
    patience: float = PATIENCE_SECONDS
    _http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def get(self, service: Service, path: str, actor: str, role: str, query: Mapping[str, object] | None = None) -> Any:
        """Read something as JSON. Raises ``RefusedError``."""
        params = {name: str(value) for name, value in (query or {}).items()}
        answer = self._send("GET", service, path, actor, role, params=params)
        return orjson.loads(answer.content)

    def raw(self, service: Service, path: str, actor: str, role: str) -> bytes:
        """Read something that is not JSON. Raises ``RefusedError``."""
        return self._send("GET", service, path, actor, role).content

    def write(
        self, service: Service, path: str, body: object, *, actor: str, role: str, key: str, method: str = "POST"
    ) -> Any:
        """Write JSON, or bytes as they are, under an idempotency key. Raises ``RefusedError``."""
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        headers = {"Idempotency-Key": key, "Content-Type": _media(body)}
        answer = self._send(method, service, path, actor, role, content=content, headers=headers)
        return orjson.loads(answer.content) if answer.content else None

    def bulk(self, service: Service, path: str, rows: Iterable[object], *, actor: str, role: str, key: str) -> Any:
        """Write many rows as NDJSON: all are taken or none. Raises ``RefusedError``."""
        return self.write(service, path, b"\n".join(orjson.dumps(row) for row in rows), actor=actor, role=role, key=key)

    def health(self, service: Service) -> Json:
        """Read how far a service has come; nothing while it is away."""
        try:
            found: Json = orjson.loads(self._http.get(f"{self.urls[service]}/readyz").content)
        except (httpx.TransportError, orjson.JSONDecodeError):
            return {}
        return found

    def _send(self, method: str, service: Service, path: str, actor: str, role: str, **extra: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token(actor, role)}", **extra.pop("headers", {})}
        deadline = time.monotonic() + self.patience
        while True:
            try:
                answer = self._http.request(method, self.urls[service] + path, headers=headers, **extra)
                if answer.status_code not in RETRY or time.monotonic() > deadline:
                    return _accepted(answer)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise TooLongError(f"{service} did not answer for {self.patience:.0f} s") from None
            time.sleep(0.1)

    def _token(self, actor: str, role: str) -> str:
        if (actor, role) not in self._tokens:
            self._tokens[actor, role] = self.issuer.token(actor, [role])
        return self._tokens[actor, role]


def wait_for(what: str, look: Callable[[], T | None], seconds: float = PATIENCE_SECONDS) -> T:
    """Look until there is something to see. Raises ``TooLongError`` naming what did not come."""
    deadline = time.monotonic() + seconds
    pause = 0.02
    while (seen := look()) is None:
        if time.monotonic() > deadline:
            raise TooLongError(f"{what} did not come within {seconds:.0f} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)
    return seen


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    try:
        problem = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        problem = {"title": answer.reason_phrase, "code": answer.status_code}
    raise RefusedError(f"{answer.request.method} {answer.request.url.path}", problem)


def _media(body: object) -> str:
    return "application/x-ndjson" if isinstance(body, bytes) else "application/json"
