"""Providers and packs to look up (定点机构, 规则包)."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import JsonValue

from contracts.text import Code
from services.adjudication.api.answers.oversight import Packs, Providers
from services.adjudication.api.people import Reader
from services.adjudication.store import people, published
from services.chassis.answers import answers
from services.chassis.errors import NotFound
from services.chassis.unit import Log


def router(log: Log) -> APIRouter:
    """Make the routes under ``/providers`` and ``/packs``."""
    routes = APIRouter(tags=["directory"])

    @routes.get("/providers", responses=answers(Providers))
    async def list_providers(_: Reader) -> dict[str, Any]:
        """定点机构: every agreement with the day it holds from."""
        async with log.pool.acquire() as connection:
            return {"providers": await people.providers(connection)}

    @routes.get("/packs", responses=answers(Packs))
    async def list_packs(_: Reader) -> dict[str, Any]:
        """规则包: every version ever published, in order; the last one of a name is in use."""
        async with log.pool.acquire() as connection:
            return {"packs": await published.listing(connection)}

    @routes.get("/packs/{pack_id}", responses=answers(dict[str, JsonValue]))
    async def show_pack(pack_id: Code, _: Reader) -> Response:
        """规则包内容: the canonical JSON of one version, exactly as it was published."""
        async with log.pool.acquire() as connection:
            found = await published.contents(connection, [pack_id])
        if pack_id not in found:
            raise NotFound("UNKNOWN_PACK", f"no version {pack_id} was ever published", "pack_id")
        return Response(found[pack_id], media_type="application/json")

    return routes
