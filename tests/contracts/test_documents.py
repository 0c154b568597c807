"""The published documents are what the code says, and a difference is shown where it is."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
import yaml

from contracts import schemas
from contracts.catalogue import KINDS, NOT_SAID_YET
from contracts.envelope import GENESIS, Event
from contracts.topics import READS, SERVICES

EVENT = Event(
    shard=3,
    seq=1,
    id=UUID(int=1),
    stream="P-1",
    kind="DayEndCalled",
    version=1,
    body='{"day":"2017-03-01","next":"2017-03-02"}',
    actor="li.si",
    cause=UUID(int=2),
    business_date=date(2017, 3, 1),
    recorded_at=datetime(2017, 3, 1, 9, tzinfo=UTC),
    prev=GENESIS,
    hash=GENESIS,
)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    schemas.write(schemas.documents(), tmp_path)
    return tmp_path


def test_what_was_just_written_does_not_differ(written: Path) -> None:
    assert schemas.drift(schemas.documents(), written) == []


def test_a_changed_line_is_shown(written: Path) -> None:
    file = written / "DayEndCalled.v1.json"
    file.write_text(file.read_text().replace('"title": "Next"', '"title": "Tomorrow"'))
    (complaint,) = schemas.drift(schemas.documents(), written)
    assert '-      "title": "Tomorrow"' in complaint
    assert '+      "title": "Next"' in complaint


def test_a_missing_document_is_named(written: Path) -> None:
    (written / "Enrolled.v1.json").unlink()
    (complaint,) = schemas.drift(schemas.documents(), written)
    assert complaint.startswith("Enrolled.v1.json is not what the code says")


def test_the_check_refuses_words_that_it_does_not_know() -> None:
    done = subprocess.run([sys.executable, "-m", "contracts.schemas", "--chekc"], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (2, b"usage: python -m contracts.schemas [--check]\n")


def test_the_schema_of_a_line_names_the_columns_of_a_row() -> None:
    assert set(schemas.LINE) == set(Event._fields)


def test_a_line_fits_its_schema() -> None:
    schema = json.loads(schemas.documents()["Line.v1.json"])
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(json.loads(EVENT.line()))


def test_every_kind_is_a_message_of_some_channel() -> None:
    channels = schemas.asyncapi()["channels"].values()
    said = {name for channel in channels for name in channel["messages"]}
    assert said == {f"{kind}.v{version}" for kind, version in KINDS}


def test_a_kind_that_no_service_says_yet_is_marked_as_such() -> None:
    messages = schemas.asyncapi()["components"]["messages"].values()
    marked = {
        message["name"] for message in messages if message.get("description", "").startswith("Defined, not emitted")
    }
    assert marked == {body.KIND for body in NOT_SAID_YET}


def test_every_service_sends_to_its_own_topic_and_receives_what_it_reads() -> None:
    expected = {f"{service}.send" for service in SERVICES}
    expected |= {f"{service}.receive.{source}" for service, sources in READS.items() for source in sources}
    assert set(schemas.asyncapi()["operations"]) == expected


def test_every_reference_of_the_asyncapi_document_leads_somewhere(written: Path) -> None:
    document = yaml.safe_load((written / "asyncapi.yaml").read_text())
    broken = [reference for reference in _references(document) if not _leads(document, written, reference)]
    assert broken == []


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


def _leads(document: dict[str, Any], directory: Path, reference: str) -> bool:
    file, _, path = reference.partition("#/")
    if file:
        return (directory / file).exists()
    node: Any = document
    for step in path.split("/"):
        if step not in node:
            return False
        node = node[step]
    return True
