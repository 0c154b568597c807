"""Every way of saying no to a caller: a stable code, the field, and a sentence.

::

    Problem
    ├── BadInput       400, 422   what was sent cannot be read, or breaks a rule
    ├── Unauthorised   401        nobody knows who is asking
    ├── Forbidden      403        the asker may not do this
    ├── NotFound       404
    ├── Conflict       409        it does not fit what is already on record
    ├── TooLarge       413
    ├── Unavailable    503        try again later; nothing was done
    └── Unexpected     500        a fault of ours
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel


class Fault(NamedTuple):
    """One thing that is wrong: ``field`` is a dotted path (``lines.0.amount``), or None for the whole."""

    code: str
    field: str | None
    message: str


class FaultDocument(BaseModel):
    """One fault as it stands in a problem document."""

    code: str
    field: str | None
    message: str


class ProblemDocument(BaseModel):
    """The body of every refusal (RFC 9457): ``code`` is stable, ``errors`` lists all that was found."""

    type: str
    title: str
    status: int
    code: str
    field: str | None
    message: str
    errors: list[FaultDocument]
    instance: str


class Problem(Exception):  # noqa: N818 - the word of RFC 9457 for what an HTTP API answers
    """The base of all refusals; answered as ``application/problem+json`` (RFC 9457).

    ``details`` lists every fault found, so that a caller can mend them all at once; the first one
    speaks for the whole where none is given.
    """

    status: ClassVar[int]

    def __init__(
        self,
        code: str,
        message: str,
        field: str | None = None,
        *,
        details: Sequence[Fault] = (),
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.details = tuple(details) or (Fault(code, field, message),)
        self.http_status = self.status if status is None else status
        self.headers = dict(headers or {})

    @classmethod
    def of(cls, faults: Sequence[Fault], *, status: int | None = None) -> Self:
        """Refuse for all of these reasons; the first one is the headline. ``faults`` is not empty."""
        first = faults[0]
        return cls(first.code, first.message, first.field, details=faults, status=status)

    def as_json(self) -> dict[str, Any]:
        """Give the members of the problem document, without ``instance``."""
        return {
            "type": f"urn:claims-ledger:problem:{self.code}",
            "title": type(self).__doc__,
            "status": self.http_status,
            "code": self.code,
            "field": self.field,
            "message": self.message,
            "errors": [fault._asdict() for fault in self.details],
        }


class BadInput(Problem):
    """The input cannot be accepted."""

    status = 422


class Unauthorised(Problem):
    """A valid bearer token is needed."""

    status = 401

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, "authorization", headers={"www-authenticate": "Bearer"})


class Forbidden(Problem):
    """The caller may not do this."""

    status = 403


class NotFound(Problem):
    """There is no such thing here."""

    status = 404


class Conflict(Problem):
    """The request does not fit what is already on record."""

    status = 409


class TooLarge(Problem):
    """More was sent than is accepted at once."""

    status = 413


class Unavailable(Problem):
    """Nothing was done; try again later."""

    status = 503

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, headers={"retry-after": "1"})


class Unexpected(Problem):
    """Something went wrong here."""

    status = 500
