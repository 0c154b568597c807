"""Why so much, and what if (待遇说明, 待遇试算): decisions explained and supposed, as they are answered."""

from typing import Annotated

from pydantic import Field, JsonValue
from typing_extensions import TypedDict

from contracts.claims import Amounts, Outcome
from contracts.text import Digest

Step = TypedDict(
    "Step",
    {
        "step": str,
        "term": str,
        "ref": str,
        "param": JsonValue,
        "since": str,
        "source": str,
        "assumed": bool,
        "in": dict[str, JsonValue],
        "out": JsonValue,
    },
    total=False,
)
"""One step of the trace; ``in`` and ``out`` are what went in and what came out, fen."""

Facts = Annotated[
    dict[str, dict[str, JsonValue]],
    Field(description="what the rule saw of the person, the provider, the year to date and the claim's standing"),
]


class Supposed(TypedDict):
    """待遇试算: what would be decided, and from which facts."""

    outcome: Outcome
    reason: str | None
    findings: list[str]
    amounts: Amounts
    trace: list[Step]
    facts: Facts


class WhatIf(TypedDict):
    """待遇假设: what was decided beside what would have been."""

    claim: str
    decided: Amounts
    supposed: Supposed


class Note(TypedDict):
    """What a reason or a finding means, by what source, and what to do about it."""

    sentence: str
    source: str
    cure: str


class StepInWords(TypedDict):
    """One step for people: the term, what happened, on what ground; ``assumed``: no source prints the figure."""

    term: str
    text: str
    source: str
    assumed: bool


class Explanation(TypedDict):
    """待遇说明: the decision step by step; ``setlinfo`` is the national record, its amounts in yuan as text."""

    claim: str
    outcome: Outcome
    reason: str | None
    findings: list[str]
    notes: dict[str, Note]
    amounts: Amounts
    setlinfo: dict[str, str]
    pack: str
    pack_id: Digest
    steps: list[Step]
    sentences: list[StepInWords]
