"""The answer to a case (待遇核定结果): what each payer bears, and every step that led there.

All amounts are fen. The dictionaries are plain, ready to be written as JSON.
"""

from typing import TypedDict

Json = int | str | bool | None | list["Json"] | dict[str, "Json"]

Step = TypedDict(
    "Step",
    {
        "step": str,
        "term": str,
        "ref": str,
        "param": Json,
        "since": str,
        "source": str,
        "assumed": bool,
        "in": dict[str, Json],
        "out": Json,
    },
    total=False,
)
"""One step of the trace: ``ref``, ``param``, ``since`` and ``source`` name the value of the pack that was used,
``assumed`` marks one that no source prints; ``in`` and ``out`` are what went in and what came out."""


class Amounts(TypedDict):
    """The split of one claim (费用分割), fen. Identities: packs.md §2."""

    total: int
    outside_list: int
    over_limit: int
    pre_self_pay: int
    in_scope: int
    deductible: int
    basic: int
    supplement: int
    critical: int
    assistance: int
    fund: int
    hospital: int
    person: int
    account: int
    cash: int


class Result(TypedDict):
    """One decision: ``approved`` with ``reason`` null, or ``denied`` with its code."""

    case: str
    outcome: str
    reason: str | None
    amounts: Amounts
    trace: list[Step]
