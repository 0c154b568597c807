"""证明: what anyone may take away to check for themselves: receipts, keys, and the entries of a sealed day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from contracts.closing import DayClosed
from contracts.text import Code
from services.chassis.answers import NDJSON, PEM, answers, files
from services.chassis.auth import Caller, require
from services.chassis.errors import Conflict, NotFound
from services.chassis.unit import Log
from services.ledger.api.answers.closing import Receipt
from services.ledger.decide.merkle import leaf_hash
from services.ledger.decide.receipt import ReceiptTooLargeError, receipt_of
from services.ledger.signing import SealKey
from services.ledger.store import closing, daybook, entries

Holder = Annotated[Caller, Depends(require("clerk", "provider", "accountant", "auditor", "service"))]
Auditor = Annotated[Caller, Depends(require("auditor", "service"))]


def router(log: Log, key: SealKey) -> APIRouter:
    """Make the routes under ``/receipts``, ``/keys`` and ``/days/{day}/entries``."""
    routes = APIRouter(tags=["proof"])

    @routes.get("/keys", response_class=Response, responses=files(PEM))
    async def keys(caller: Holder) -> Response:
        """Give the public key that seals are signed with now (PEM). Keep the earlier ones: old seals need them."""
        return Response(key.signer.public_pem(), media_type=PEM)

    @routes.get("/receipts/{claim}", responses=answers(Receipt))
    async def receipt(claim: Code, caller: Holder) -> Response:
        """回执: prove that the claim's latest payment stands in a sealed day.

        404 NOT_PAID, NOT_SEALED_YET; 409 RECEIPT_TOO_LARGE.
        """
        async with log.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            paid = await daybook.payment_of(conn, claim)
            if paid is None:
                raise NotFound("NOT_PAID", f"nothing has been paid for claim {claim}", "claim")
            body = await closing.seal_body(conn, paid.business_date.isoformat())
            if body is None:
                raise NotFound("NOT_SEALED_YET", f"claim {claim} is paid; {paid.business_date} is not sealed", "claim")
            leaves = [leaf_hash(text) for text in await daybook.entry_texts(conn, paid.business_date)]
            (entry,) = await entries.read(conn, [paid.entry])
        try:
            written = receipt_of(claim, entry, leaves, DayClosed.model_validate_json(body))
        except ReceiptTooLargeError as refused:
            raise Conflict("RECEIPT_TOO_LARGE", str(refused), "claim") from None
        return Response(written, media_type="application/json")

    @routes.get("/days/{day}/entries", response_class=Response, responses=files(NDJSON))
    async def entries_of(day: date, caller: Auditor) -> Response:
        """Give the entries of a day in voucher order, one canonical JSON object a line: the leaves of its tree."""
        async with log.pool.acquire() as conn, conn.transaction(readonly=True):
            texts = await daybook.entry_texts(conn, day)
        return Response(b"".join(text + b"\n" for text in texts), media_type=NDJSON)

    return routes
