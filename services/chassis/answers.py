"""What a route answers, said in its OpenAPI document: nothing that is sent is looked at, or changed, because of it."""

from collections.abc import Iterable
from typing import Any

from services.chassis.ndjson import MEDIA_TYPE

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = "text/html"
TEXT = "text/plain"
PEM = "application/x-pem-file"
NDJSON = MEDIA_TYPE

AS_TEXT = frozenset({HTML, TEXT, PEM, NDJSON})

Responses = dict[int | str, dict[str, Any]]


def answers(shape: object, status: int = 200, *, also: Iterable[str] = ()) -> Responses:
    """Declare JSON of a shape (a ``TypedDict`` or a model), and the media types that are given where asked for.

    For the ``responses`` of a route; the route must not answer with anything else.
    """
    return {status: {"model": shape, "content": _contents(also)}}


def files(*media_types: str, status: int = 200) -> Responses:
    """Declare an answer that is never JSON; the route's ``response_class`` is then ``Response``."""
    return {status: {"content": _contents(media_types)}}


def _contents(media_types: Iterable[str]) -> dict[str, Any]:
    return {
        name: {"schema": {"type": "string"} if name in AS_TEXT else {"type": "string", "format": "binary"}}
        for name in (media_type.partition(";")[0] for media_type in media_types)
    }
