"""Who is asking, and what may they do: bearer tokens (JWT, Ed25519) and the roles in them."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import TypeAdapter, ValidationError

from contracts.text import Code
from services.chassis.errors import Forbidden, Unauthorised, Unavailable
from services.chassis.keys import KeysError, read_keys
from services.chassis.settings import Settings

ROLES = frozenset(
    {
        "clerk",
        "maker",
        "checker",
        "reviewer_1",
        "reviewer_2",
        "reviewer_3",
        "approver",
        "accountant",
        "chief_accountant",
        "provider",
        "operator",
        "auditor",
        "service",
    }
)
"""经办, 制单, 复核, 初审, 复审, 终审, 审批, 会计, 会计主管, 定点机构, 运维, 稽核, and the services themselves."""

ALGORITHMS = ("Ed25519", "EdDSA")
"""The two names of one algorithm (RFC 9864, RFC 8037); nothing else is ever accepted."""

LONGEST_TOKEN = 4_096
LEEWAY_SECONDS = 30
REMEMBERED = 1_024

_CODE: TypeAdapter[str] = TypeAdapter(Code)
_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", scheme_name="bearer")


class Caller(NamedTuple):
    """经办人: the person or service behind a request; ``actor`` goes into every event they cause.

    ``person`` is their own number as an insured person, None where the token does not say. It goes into no event: there
    it would give a name to all that stands under that number.
    """

    actor: str
    roles: frozenset[str]
    person: str | None


class Doorkeeper:
    """Tell a caller from a token; keys are read again when their file changes."""

    def __init__(self, settings: Settings) -> None:
        self._file: Path = settings.jwks_file
        self._development = settings.environment == "development"
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._keys: KeySet | None = None
        self._version: tuple[int, ...] = ()
        self._known: dict[str, tuple[Caller, float]] = {}

    def caller(self, token: str) -> Caller:
        """Check signature, issuer, audience and time. Raises ``Unauthorised``, or ``Unavailable`` without keys."""
        keys = self._current_keys()
        known = self._known.get(token)
        if known and known[1] > time.time():
            return known[0]
        if len(token) > LONGEST_TOKEN:
            raise Unauthorised("BAD_TOKEN", "the bearer token is too long")
        claims = self._verified(token, keys)
        caller = Caller(_actor(claims), _roles(claims), _person(claims))
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[token] = (caller, float(claims["exp"]))
        return caller

    def _verified(self, token: str, keys: KeySet) -> dict[str, Any]:
        try:
            parsed = jwt.decode(token, keys, algorithms=ALGORITHMS)
            if "kid" not in parsed.header:
                raise Unauthorised("BAD_TOKEN", "the bearer token does not name its key (kid)")
            self._claims.validate(parsed.claims)
        except (JoseError, ValueError) as error:
            reason = getattr(error, "description", None) or "it cannot be verified"
            raise Unauthorised("BAD_TOKEN", f"the bearer token is not accepted: {reason}") from None
        return parsed.claims

    def _current_keys(self) -> KeySet:
        try:
            stat = self._file.stat()
            version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._keys is None or version != self._version:
                self._keys = read_keys(self._file, development=self._development)
                self._version = version
                self._known.clear()
        except (OSError, KeysError):
            self._known.clear()
            raise Unavailable("NO_KEYS", "the keys that tokens are checked with cannot be read now") from None
        return self._keys


def require(*roles: str) -> Callable[..., Awaitable[Caller]]:
    """Make a FastAPI dependency that lets in a caller who holds one of ``roles``.

    Use it as ``caller: Annotated[Caller, Depends(require("clerk"))]``. Answers 401 or 403 otherwise.
    """
    unknown = set(roles) - ROLES
    if unknown or not roles:
        raise ValueError(f"not a role: {', '.join(sorted(unknown)) or 'none given'}")

    async def admit(
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Caller:
        if credentials is None:
            raise Unauthorised("NO_TOKEN", "send a bearer token in the Authorization header")
        caller = cast(Doorkeeper, request.app.state.doorkeeper).caller(credentials.credentials)
        request.state.actor = caller.actor
        if caller.roles.isdisjoint(roles):
            raise Forbidden("WRONG_ROLE", f"this needs one of the roles {', '.join(sorted(roles))}")
        return caller

    return admit


def _actor(claims: dict[str, Any]) -> str:
    actor = claims["sub"]
    if not isinstance(actor, str) or not actor.isprintable() or not 1 <= len(actor) <= 64:
        raise Unauthorised("BAD_TOKEN", "the bearer token does not say who is asking (sub)")
    return actor


def _roles(claims: dict[str, Any]) -> frozenset[str]:
    roles = claims.get("roles")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise Unauthorised("BAD_TOKEN", "the bearer token does not list the caller's roles")
    return frozenset(roles) & ROLES


def _person(claims: dict[str, Any]) -> str | None:
    person = claims.get("person")
    try:
        return None if person is None else _CODE.validate_python(person, strict=True)
    except ValidationError:
        raise Unauthorised(
            "BAD_TOKEN", "what the bearer token gives as the caller's own number is no number (person)"
        ) from None
