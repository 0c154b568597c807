"""The manual of a service's counter (OpenAPI 3.1): what the routes say of themselves, and the rules of the house."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from services.chassis.command import HEADER, LONGEST_KEY, SHORTEST_KEY
from services.chassis.errors import ProblemDocument
from services.chassis.problems import MEDIA_TYPE

REFUSALS: dict[int | str, dict[str, Any]] = {"4XX": {"model": ProblemDocument, "description": "Refused, and why"}}
"""For every route: what a refusal looks like."""

NATIONAL = "national"
"""The tag of routes that speak the national platform's messages."""

WITHOUT_KEY = frozenset({"parked", NATIONAL})
"""Tags of routes that need no such header: done twice, they do nothing more, or the message carries its own key."""

_KEY = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": "Names this request: sent again with the same key, it is answered again and not done again.",
    "schema": {"type": "string", "pattern": f"^[!-~]{{{SHORTEST_KEY},{LONGEST_KEY}}}$"},
}


def describe(app: FastAPI) -> None:
    """Let the app's OpenAPI document say what holds for every route: problem documents, idempotency keys."""
    plain = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            for method, operation in _operations(plain()):
                refused = operation["responses"]["4XX"]
                refused["content"] = {MEDIA_TYPE: refused["content"]["application/json"]}
                _keep_declared(operation)
                if method != "get" and WITHOUT_KEY.isdisjoint(operation.get("tags", ())):
                    operation.setdefault("parameters", []).append(_KEY)
        return plain()

    app.openapi = document  # type: ignore[method-assign]  # the way that FastAPI's own manual gives


def _keep_declared(operation: dict[str, Any]) -> None:
    """Let a declared shape stand alone: FastAPI writes what it read from the annotation beside it."""
    for answer in operation["responses"].values():
        for content in answer.get("content", {}).values():
            content["schema"] = _alone(content["schema"])


def _alone(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    return schema | {"items": _alone(schema["items"])} if "items" in schema else schema


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in document["paths"].values():
        yield from path.items()
