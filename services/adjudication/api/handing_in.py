"""Hand claims in and wait for the decision (申报并等待): the one way in, whichever form a claim comes in."""

import asyncio
import functools
from collections.abc import Sequence
from typing import Annotated, Any

import asyncpg
from fastapi import Query, Request, Response

from services.adjudication.api.forms import Submission
from services.adjudication.api.intake import take_in
from services.adjudication.api.lookup import view
from services.adjudication.desk import Library
from services.chassis.auth import Caller
from services.chassis.command import command
from services.chassis.errors import Conflict
from services.chassis.unit import Log

LONGEST_WAIT = 8
POLL_SECONDS = 0.02

Wait = Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="seconds to wait for the decision")]


async def hand_in(
    log: Log,
    library: Library,
    request: Request,
    caller: Caller,
    forms: Sequence[Submission],
    *,
    bulk: bool = False,
    key: str | None = None,
) -> Response:
    """Take claims in as one command; ``key`` as for ``command``. Raises ``BadInput``, ``Conflict`` CLAIM_EXISTS."""
    work = functools.partial(take_in, library=library, forms=forms, bulk=bulk)
    try:
        return await command(log, request, caller, work, key)
    except asyncpg.UniqueViolationError:
        raise Conflict("CLAIM_EXISTS", "another claim took this number meanwhile", "claim") from None


async def decided(log: Log, library: Library, claim: str, seconds: int) -> dict[str, Any]:
    """Look until there is a decision, or the time is over; give the claim as it stands then."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    while True:
        async with log.pool.acquire() as connection:
            found = await view(connection, library, claim)
        if found["status"] != "submitted" or clock() > deadline:
            return found
        await asyncio.sleep(POLL_SECONDS)
