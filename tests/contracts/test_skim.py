"""Who skims an event reads the same and refuses the same as who parses it."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from contracts import schemas
from contracts.catalogue import KINDS, parse
from contracts.claims import Adjudicated
from contracts.envelope import GENESIS, Body, Event
from contracts.skim import skim

EXAMPLES = Path(schemas.__file__).parent / "examples"
BODIES = pytest.mark.parametrize("body", KINDS.values(), ids=schemas.schema_file)


def example(body: type[Body]) -> dict[str, Any]:
    return dict(json.loads((EXAMPLES / schemas.schema_file(body)).read_text(encoding="utf-8")))


def said(kind: type[Body], body: str) -> Event:
    moment = datetime(2017, 3, 1, tzinfo=UTC)
    nobody = UUID(int=0)
    return Event(
        0, 1, nobody, "c1", kind.KIND, kind.VERSION, body, "a", nobody, date(2017, 3, 1), moment, GENESIS, GENESIS
    )


def refusal(event: Event, read: Any) -> list[Any]:
    with pytest.raises(ValidationError) as refused:
        read(event)
    return [refused.value.title, *refused.value.errors(include_url=False, include_context=False)]


@BODIES
def test_what_is_skimmed_is_what_is_parsed_but_for_facts_and_trace(body: type[Body]) -> None:
    event = said(body, json.dumps(example(body)))

    unread = {"facts", "trace"} if body is Adjudicated else set()
    assert isinstance(skim(event), body)
    assert skim(event).model_dump(exclude=unread) == parse(event).model_dump(exclude=unread)


@BODIES
def test_what_is_skimmed_counts_the_same_in_the_control_totals(body: type[Body]) -> None:
    event = said(body, json.dumps(example(body)))

    assert skim(event).control() == parse(event).control()


@pytest.mark.parametrize("field", Adjudicated.model_fields)
@pytest.mark.parametrize("wrong", [None, 7, "", "x", [], [1], [None], [[]], {"a": 1}, [{}, 1]], ids=repr)
def test_a_wrong_value_is_refused_as_parsing_refuses_it_or_taken_as_parsing_takes_it(field: str, wrong: Any) -> None:
    event = said(Adjudicated, json.dumps(example(Adjudicated) | {field: wrong}))

    try:
        parse(event)
    except ValidationError:
        assert refusal(event, skim) == refusal(event, parse)
    else:
        assert skim(event)


@pytest.mark.parametrize("field", [name for name, field in Adjudicated.model_fields.items() if field.is_required()])
def test_a_missing_field_is_refused_as_parsing_refuses_it(field: str) -> None:
    body = example(Adjudicated)
    del body[field]
    event = said(Adjudicated, json.dumps(body))

    assert refusal(event, skim) == refusal(event, parse)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(example(Adjudicated) | {"unknown": 1}),
        json.dumps(example(Adjudicated))[:-1],
        json.dumps(example(Adjudicated)).replace('"facts": {', '"facts": {"deep": ' + "[" * 300 + "]" * 300 + ", "),
        "[]",
        "",
    ],
    ids=["an unknown field", "cut off", "nested too deep", "a list", "nothing"],
)
def test_a_body_of_the_wrong_shape_is_refused_as_parsing_refuses_it(body: str) -> None:
    event = said(Adjudicated, body)

    assert refusal(event, skim) == refusal(event, parse)
