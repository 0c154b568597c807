"""Two small routes to put behind a service's front door, and what belongs to them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from contracts.money import Fen
from contracts.text import Code
from services.chassis.auth import Caller, require
from services.chassis.errors import Conflict

DAY = date(2017, 3, 1)
BODY_LIMIT = 10_000
BULK_LIMIT = 100_000


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    item: Code
    amount: Fen


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    claim: Code
    lines: list[Line]


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def routes() -> APIRouter:
    router = APIRouter()

    @router.post("/forms", status_code=201)
    async def submit(form: Form, caller: Annotated[Caller, Depends(require("clerk", "provider"))]) -> dict[str, str]:
        return {"claim": form.claim, "actor": caller.actor}

    @router.post("/bulk")
    async def bulk(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @router.get("/conflict")
    async def conflict() -> None:
        raise Conflict("ALREADY_PAID", "the claim is paid", "claim")

    @router.get("/broken")
    async def broken() -> None:
        raise RuntimeError("the secret of the house")

    return router
