"""A pack with something changed (规则包变体): another reading, another figure, to see what the change does."""

from collections.abc import Mapping

import orjson

from services.adjudication.decide.pack import Pack, build_pack
from services.adjudication.decide.result import Json

Document = dict[str, Json]


def document(pack: Pack) -> Document:
    """Give a fresh copy of the pack's content as plain JSON values."""
    content: Document = orjson.loads(pack.content)
    return content


def figures_of(content: Document, ref: str) -> list[dict[str, Json]]:
    """Give the dated values of a parameter in a document, to be changed in place."""
    parameters = content["parameters"]
    if not isinstance(parameters, dict):
        raise TypeError("parameters must map names to dated values")
    parameter = parameters[ref]
    values = parameter["values"] if isinstance(parameter, dict) else None
    if not isinstance(values, list):
        raise TypeError(f"{ref} has no list of values")
    return [value for value in values if isinstance(value, dict)]


def with_readings(pack: Pack, readings: Mapping[str, str]) -> Pack:
    """Give the pack under other answers to its open questions. Raises ``KeyError`` for a question it does not have."""
    content = document(pack)
    for name, answer in readings.items():
        for value in figures_of(content, f"reading.{name}"):
            value["value"] = answer
    return build_pack(content)
