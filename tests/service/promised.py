"""A client that looks at every answer of a service: it has the media type and the shape that the document declares."""

import re
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
import yaml
from fastapi import FastAPI

from contracts import schemas
from contracts.topics import Service

JSON = "application/json"


def client(app: FastAPI, service: Service) -> httpx.AsyncClient:
    """Make a client of an app; an answer that is not as promised fails the test."""

    async def look_at(response: httpx.Response) -> None:
        await response.aread()
        template = promised(service, response)
        if template is None:
            return
        media_type = response.headers.get("content-type", "").partition(";")[0]
        method, status = response.request.method.lower(), str(response.status_code)
        contents = published(service)["paths"][template][method]["responses"][status]["content"]
        assert media_type in contents, f"{response.request.url}: {media_type} is not promised"
        if media_type == JSON:
            shape(service, template, method, status).validate(response.json())

    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://counter", event_hooks={"response": [look_at]}
    )


def promised(service: Service, response: httpx.Response) -> str | None:
    """Find the route whose document says what this answer is; None for a refusal, and for what no route answers."""
    path, method, status = response.request.url.path, response.request.method.lower(), response.status_code
    for template, operations in sorted(published(service)["paths"].items(), key=lambda item: item[0].count("{")):
        if method in operations and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path):
            known = str(status) in operations[method]["responses"]
            assert known or status >= 400, f"{method} {template} promises no {status}"
            return template if known else None
    return None


@cache
def published(service: Service) -> dict[str, Any]:
    """Read the published document, every shape closed, so that a member that nobody declared is noticed too."""
    document: dict[str, Any] = yaml.load((schemas.DIRECTORY / f"{service}.openapi.yaml").read_bytes(), yaml.CSafeLoader)
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return document


@cache
def shape(service: Service, template: str, method: str, status: str) -> jsonschema_rs.Draft202012Validator:
    """Compile what an operation promises."""
    document = published(service)
    content = document["paths"][template][method]["responses"][status]["content"]
    schema = {**content[JSON]["schema"], "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
