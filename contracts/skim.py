"""Reading an event without what only an auditor reads: how a decision was arrived at stays closed."""

from typing import Annotated

from pydantic import ConfigDict, GetPydanticSchema, JsonValue
from pydantic_core import core_schema

from contracts.catalogue import model_of
from contracts.claims import Adjudicated
from contracts.envelope import Body, Event

Unread = Annotated[
    dict[str, JsonValue],
    GetPydanticSchema(lambda _source, _handler: core_schema.typed_dict_schema({}, extra_behavior="ignore")),
]
"""An object that must be there and is not looked into: it reads as an empty one."""


class Decision(Adjudicated):
    """待遇核定, as those read it who pay and book it: checked as every one is, its ``facts`` and ``trace`` unread."""

    model_config = ConfigDict(title=Adjudicated.KIND)

    facts: Unread
    trace: tuple[Unread, ...]


def skim(event: Event) -> Body:
    """Read the body of an event as ``catalogue.parse`` does, only faster: of a decision, what is due and to whom.

    Refuses what ``parse`` refuses, with the same errors. Never write such a body: it does not hold all that was said.
    """
    model = model_of(event)
    return (Decision if model is Adjudicated else model).model_validate_json(event.body)
