"""Two kinds of failure: what may go well when tried again, and what will never go well by itself.

::

    transient      connection lost, deadlock, timeout, disk full, Kafka or a peer away   -> try again, same place
    deterministic  everything else: a broken rule, a bad body, a programming fault       -> park the one event
"""

import asyncio
import random

import asyncpg
import httpx
import pydantic
from aiokafka.errors import KafkaError

from contracts.canonical import NotCanonicalError
from contracts.catalogue import UnknownKindError

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0

TRANSIENT = (
    OSError,
    TimeoutError,
    MemoryError,
    KafkaError,
    httpx.HTTPError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.TransactionRollbackError,
    asyncpg.InvalidTransactionStateError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    # a table or a right that is missing is the fault of the installation, not of the event
    asyncpg.SyntaxOrAccessError,
    asyncpg.FeatureNotSupportedError,
    asyncpg.InvalidAuthorizationSpecificationError,
)


class Refused(Exception):  # noqa: N818 - said of an event, as in the field: the event is refused
    """A domain rule says no to an event, and always will: ``code`` is stable, ``sentence`` is for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def is_transient(error: BaseException) -> bool:
    """Say whether the same work may succeed later."""
    return isinstance(error, TRANSIENT)


def reason(error: Exception) -> tuple[str, str]:
    """Give the code and the sentence under which an event is parked."""
    match error:
        case Refused():
            return error.code, error.sentence
        case pydantic.ValidationError():
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            return "BAD_BODY", f"{error.title}: {where}: {first['msg']} ({error.error_count()} fault(s))"
        case UnknownKindError():
            return "UNKNOWN_KIND", str(error)
        case NotCanonicalError():
            return "NOT_CANONICAL", str(error)
        case asyncpg.PostgresError():
            return f"DATABASE_{error.sqlstate}", str(error)
        case _:
            return "FAULT", f"{type(error).__name__}: {error}"


class Backoff:
    """Wait longer after each failure, up to a limit, with jitter so that many do not come back at once."""

    def __init__(self, longest: float = LONGEST_PAUSE) -> None:
        self._longest = longest
        self._pause = FIRST_PAUSE

    def reset(self) -> None:
        """Begin again with the shortest pause."""
        self._pause = FIRST_PAUSE

    async def wait(self, stop: asyncio.Event) -> None:
        """Wait, or return at once when ``stop`` is set."""
        pause = self._pause * random.uniform(0.5, 1.0)  # noqa: S311 - not a secret
        self._pause = min(self._pause * 2, self._longest)
        try:
            async with asyncio.timeout(pause):
                await stop.wait()
        except TimeoutError:
            pass
