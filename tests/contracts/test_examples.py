"""Every kind of event has an example that is what the code and the schema say."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contracts import schemas
from contracts.catalogue import KINDS
from contracts.claims import Adjudicated
from contracts.envelope import Body

EXAMPLES = Path(schemas.__file__).parent / "examples"
BODIES = pytest.mark.parametrize("body", KINDS.values(), ids=schemas.schema_file)


def example(body: type[Body]) -> dict[str, Any]:
    return dict(json.loads((EXAMPLES / schemas.schema_file(body)).read_text(encoding="utf-8")))


@BODIES
def test_a_kind_reads_its_example_and_writes_the_same(body: type[Body]) -> None:
    said = body.model_validate(example(body))
    assert json.loads(said.canonical()) == example(body)


@BODIES
def test_a_body_made_of_trusted_values_is_the_body_that_was_checked(body: type[Body]) -> None:
    said = body.model_validate(example(body))
    made = body.trusted(**said.__dict__)

    assert made == said
    assert made.canonical() == said.canonical()
    assert made.model_copy() == said
    assert repr(made) == repr(said)


@BODIES
def test_an_example_fits_the_schema(body: type[Body]) -> None:
    jsonschema_rs.validator_for(schemas.body_schema(body), validate_formats=True).validate(example(body))


@BODIES
def test_a_field_that_the_kind_does_not_know_fits_no_schema(body: type[Body]) -> None:
    assert not jsonschema_rs.is_valid(schemas.body_schema(body), example(body) | {"unknown": 1})


def test_every_example_is_of_a_kind_that_is_still_read() -> None:
    assert {file.name for file in EXAMPLES.iterdir()} == {schemas.schema_file(body) for body in KINDS.values()}


def test_the_example_of_a_decision_adds_up() -> None:
    split = Adjudicated.model_validate(example(Adjudicated)).amounts
    assert split.total == split.outside_list + split.over_limit + split.pre_self_pay + split.in_scope
    assert split.fund == split.basic + split.supplement + split.critical + split.assistance
    assert split.total == split.fund + split.hospital + split.person
    assert split.person == split.account + split.cash
