"""Many requests in one body, one JSON object a line (NDJSON): either every line is good, or none is taken."""

from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from services.chassis.errors import BadInput, Fault, TooLarge
from services.chassis.faults import faults_of
from services.chassis.strict_json import strict_json

MEDIA_TYPE = "application/x-ndjson"

Line = TypeVar("Line", bound=BaseModel)


async def read_lines(request: Request, model: type[Line], most: int) -> tuple[Line, ...]:
    """Read every line of the body as a ``model``; empty lines at its end are passed over, for lines are counted.

    Raises ``BadInput`` with all faults of all lines, each as ``lines.<number>.<field>`` (lines count from 1),
    and ``TooLarge`` TOO_MANY_LINES above ``most``.
    """
    lines = (await request.body()).rstrip().splitlines()
    if len(lines) > most:
        raise TooLarge("TOO_MANY_LINES", f"one request may have {most:,} lines at most", "lines")
    good: list[Line] = []
    bad: list[Fault] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            bad.append(Fault("MISSING", f"lines.{number}", "this line is empty"))
            continue
        try:
            good.append(model.model_validate(strict_json(line)))
        except BadInput as problem:
            bad += (at_line(number, fault) for fault in problem.details)
        except ValidationError as error:
            bad += (at_line(number, fault) for fault in faults_of(error.errors()))
    if bad:
        raise BadInput.of(bad)
    if not good:
        raise BadInput("MISSING", "send at least one line", "lines")
    return tuple(good)


def describe(model: type[BaseModel]) -> dict[str, Any]:
    """Say in the OpenAPI document what a route reads with ``read_lines``; for the route's ``openapi_extra``."""
    schema = {"type": "string", "description": f"one {model.__name__} (JSON) a line"}
    return {"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": schema}}}}


def at_line(number: int, fault: Fault) -> Fault:
    """Say of which line a fault is."""
    field = f"lines.{number}" if fault.field is None else f"lines.{number}.{fault.field}"
    return Fault(fault.code, field, fault.message)
