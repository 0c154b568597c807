"""A client that looks at every answer of a service: it has the media type and the shape that the document declares."""

import copy
import re
from typing import Any

import httpx
import jsonschema_rs
from fastapi import FastAPI

JSON = "application/json"


def client(app: FastAPI) -> httpx.AsyncClient:
    """Make a client of an app; an answer that is not as promised fails the test."""
    document = closed(app.openapi())

    async def look_at(response: httpx.Response) -> None:
        await response.aread()
        promise = promised(document, response)
        if promise is None:
            return
        media_type = response.headers.get("content-type", "").partition(";")[0]
        assert media_type in promise["content"], f"{response.request.url}: {media_type} is not promised"
        if media_type == JSON:
            schema = {**promise["content"][JSON]["schema"], "components": document["components"]}
            jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(response.json())

    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://counter", event_hooks={"response": [look_at]}
    )


def promised(document: dict[str, Any], response: httpx.Response) -> dict[str, Any] | None:
    """Find what the document says of such an answer; None for a refusal, and for what no route answers."""
    path, method = response.request.url.path, response.request.method.lower()
    for template in sorted(document["paths"], key=lambda template: template.count("{")):
        operation = document["paths"][template].get(method)
        if operation and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path):
            found: dict[str, Any] | None = operation["responses"].get(str(response.status_code))
            assert found or response.status_code >= 400, f"{method} {template} promises no {response.status_code}"
            return found
    return None


def closed(document: dict[str, Any]) -> dict[str, Any]:
    """Give the document with every shape closed, so that a member that nobody declared is noticed too."""
    document = copy.deepcopy(document)
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return document
