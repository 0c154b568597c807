"""The published documents, made from the models: a JSON Schema for each kind of event, and AsyncAPI 3.

``python -m contracts.schemas`` writes them; ``--check`` says what differs and writes nothing.
"""

import difflib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from contracts.catalogue import KINDS, NOT_SAID_YET, SAYS
from contracts.envelope import SHARDS, Body
from contracts.topics import READS, SERVICES, Service

DIRECTORY = Path(__file__).parent / "schemas"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
LONGEST_DIFF = 40
NOT_EMITTED = "Defined, not emitted yet: the ledger books it, no service says it."

_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_UUID = {"type": "string", "format": "uuid"}

LINE: Mapping[str, Any] = {
    "shard": {"type": "integer", "minimum": 0, "maximum": SHARDS - 1},
    "seq": {"type": "integer", "minimum": 1},
    "id": _UUID,
    "stream": {"type": "string"},
    "kind": {"type": "string"},
    "version": {"type": "integer", "minimum": 1},
    "body": {"type": "object"},
    "actor": {"type": "string"},
    "cause": _UUID,
    "business_date": {"type": "string", "format": "date"},
    "recorded_at": {"type": "string", "format": "date-time"},
    "prev": _SHA256,
    "hash": _SHA256,
}
"""The columns of a log row as they stand in a line: Kafka value, feed and archive alike."""


class _NoAliases(yaml.SafeDumper):
    """Writes what occurs twice twice: a reader should not have to follow anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def documents() -> dict[str, str]:
    """Make every document of the published language: file name to text."""
    made = {"Line.v1.json": _json(_line_schema())}
    for body in KINDS.values():
        made[schema_file(body)] = _json(body_schema(body))
    made["asyncapi.yaml"] = as_yaml(asyncapi())
    return made


def schema_file(body: type[Body]) -> str:
    """Name the schema (and the example) of a kind and version."""
    return f"{body.KIND}.v{body.VERSION}.json"


def body_schema(body: type[Body]) -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of what an event of this kind says."""
    name = f"urn:claims-ledger:schema:{body.KIND}:v{body.VERSION}"
    return {"$schema": DRAFT, "$id": name, **body.model_json_schema(by_alias=True)}


def asyncapi() -> dict[str, Any]:
    """Give the AsyncAPI 3 document: four topics, who sends and who reads, and every message."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "claims-ledger events",
            "version": "1",
            "description": f"One topic for each log; partition = shard, {SHARDS} of them; the value is the row.",
        },
        "defaultContentType": "application/json",
        "channels": {service: _channel(service) for service in SERVICES},
        "operations": {name: operation for service in SERVICES for name, operation in _operations(service)},
        "components": {"messages": {_message_name(body): _message(body) for body in KINDS.values()}},
    }


def drift(made: Mapping[str, str], directory: Path = DIRECTORY) -> list[str]:
    """Compare documents with their files; give one readable complaint for each that differs."""
    return [
        f"{name} is not what the code says; run `claims schemas` and commit the result\n{_difference(name, old, new)}"
        for name, new in sorted(made.items())
        if (old := _read(directory / name)) != new
    ]


def write(made: Mapping[str, str], directory: Path = DIRECTORY) -> None:
    """Write the documents."""
    directory.mkdir(exist_ok=True)
    for name, text in made.items():
        (directory / name).write_text(text, encoding="utf-8")


def as_yaml(document: Mapping[str, Any]) -> str:
    """Write a document as YAML that people can read and diff."""
    return yaml.dump(document, Dumper=_NoAliases, sort_keys=False, allow_unicode=True, width=110)


def main(arguments: list[str]) -> int:
    """Write the documents, or with ``--check`` compare them and give 1 when they differ."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m contracts.schemas [--check]", file=sys.stderr)
        return 2
    if not arguments:
        write(documents())
        return 0
    complaints = drift(documents())
    print("\n".join(complaints), end="\n" if complaints else "", file=sys.stderr)
    return 1 if complaints else 0


def _line_schema() -> dict[str, Any]:
    return {
        "$schema": DRAFT,
        "$id": "urn:claims-ledger:schema:Line:v1",
        "title": "Line",
        "description": "One row of a log, as canonical JSON: sorted keys, no blanks, integers only.",
        "type": "object",
        "properties": dict(LINE),
        "required": sorted(LINE),
        "additionalProperties": False,
    }


def _channel(service: Service) -> dict[str, Any]:
    messages = {_message_name(body): {"$ref": f"#/components/messages/{_message_name(body)}"} for body in SAYS[service]}
    return {"address": service, "description": f"The image of the log of {service}.", "messages": messages}


def _operations(service: Service) -> Iterator[tuple[str, dict[str, Any]]]:
    yield f"{service}.send", {"action": "send", "channel": {"$ref": f"#/channels/{service}"}}
    for source in READS[service]:
        yield f"{service}.receive.{source}", {"action": "receive", "channel": {"$ref": f"#/channels/{source}"}}


def _message_name(body: type[Body]) -> str:
    return f"{body.KIND}.v{body.VERSION}"


def _message(body: type[Body]) -> dict[str, Any]:
    kind = {
        "type": "object",
        "properties": {
            "kind": {"const": body.KIND},
            "version": {"const": body.VERSION},
            "body": {"$ref": f"./{schema_file(body)}"},
        },
    }
    return {
        "name": body.KIND,
        "summary": (body.__doc__ or "").partition("\n")[0],
        **({"description": NOT_EMITTED} if body in NOT_SAID_YET else {}),
        "payload": {"allOf": [{"$ref": "./Line.v1.json"}, kind]},
    }


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _difference(name: str, old: str, new: str) -> str:
    lines = list(
        difflib.unified_diff(old.splitlines(), new.splitlines(), f"{name} (file)", f"{name} (code)", "", "", 1)
    )
    cut = [f"... {len(lines) - LONGEST_DIFF} more lines"] if len(lines) > LONGEST_DIFF else []
    return "\n".join(lines[:LONGEST_DIFF] + cut)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
