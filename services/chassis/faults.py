"""Say what is wrong with an input in our own stable codes, whatever library found it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.chassis.errors import BadInput, Fault
from services.chassis.strict_json import dotted

CODES: Mapping[str, str] = {
    "bool_parsing": "NOT_A_BOOLEAN",
    "bool_type": "NOT_A_BOOLEAN",
    "date_from_datetime_inexact": "BAD_DATE",
    "date_from_datetime_parsing": "BAD_DATE",
    "date_parsing": "BAD_DATE",
    "date_type": "BAD_DATE",
    "dict_type": "NOT_AN_OBJECT",
    "enum": "UNKNOWN_CODE",
    "extra_forbidden": "UNKNOWN_FIELD",
    "greater_than": "TOO_SMALL",
    "greater_than_equal": "TOO_SMALL",
    "int_from_float": "NOT_AN_INTEGER",
    "int_parsing": "NOT_AN_INTEGER",
    "int_parsing_size": "TOO_LARGE",
    "int_type": "NOT_AN_INTEGER",
    "json_invalid": "MALFORMED_JSON",
    "less_than": "TOO_LARGE",
    "less_than_equal": "TOO_LARGE",
    "list_type": "NOT_A_LIST",
    "literal_error": "UNKNOWN_CODE",
    "missing": "MISSING",
    "model_attributes_type": "NOT_AN_OBJECT",
    "model_type": "NOT_AN_OBJECT",
    "string_pattern_mismatch": "BAD_FORMAT",
    "string_too_long": "TOO_LONG",
    "string_too_short": "TOO_SHORT",
    "string_type": "NOT_TEXT",
    "too_long": "TOO_MANY",
    "too_short": "TOO_FEW",
    "tuple_type": "NOT_A_LIST",
    "uuid_parsing": "BAD_UUID",
    "uuid_type": "BAD_UUID",
    "value_error": "BAD_VALUE",
}
"""pydantic's error types to our codes. A type that is not here (a ``PydanticCustomError`` of ours) is its own code."""

SENTENCES: Mapping[str, str] = {
    "extra_forbidden": "there is no field of this name",
    "missing": "this field is missing",
    "model_attributes_type": "this should be an object",
    "model_type": "this should be an object",
}
"""What is said instead of pydantic's own words, where those speak to a programmer."""

MOST_FAULTS = 100
_SUBJECT = re.compile("^(Input|String|Tuple|List) should")
_PLACES = frozenset({"body", "query", "path", "header", "cookie"})


def faults_of(errors: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """Translate the errors of pydantic or FastAPI, at most ``MOST_FAULTS`` of them."""
    return [_fault(error) for error in errors[:MOST_FAULTS]]


def refusal(errors: Sequence[Mapping[str, Any]]) -> BadInput:
    """Make one refusal of all the errors: 400 when it is not JSON at all, else 422. ``errors`` is not empty."""
    faults = faults_of(errors)
    return BadInput.of(faults, status=400 if faults[0].code == "MALFORMED_JSON" else 422)


def _fault(error: Mapping[str, Any]) -> Fault:
    kind = error["type"]
    code = CODES.get(kind, kind.upper())
    if code == "TOO_SMALL" and 0 in (error["ctx"].get("ge"), error["ctx"].get("gt")):
        code = "NEGATIVE"
    path = error["loc"]
    if len(path) > 1 and path[0] in _PLACES:
        path = path[1:]
    return Fault(code, dotted(path), SENTENCES.get(kind) or _plain(error["msg"]))


def _plain(message: str) -> str:
    """Say it without the names of Python's types."""
    said = message.removeprefix("Value error, ").replace(" after validation", "")
    return _SUBJECT.sub("this should", said)
