"""监管疑点档案: a finding as it stands, what was found of the same matter before, and who had a part in it."""

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from pydantic import JsonValue

Status = Literal["open", "in_review", "proposed", "upheld", "closed"]
"""待核查, 核查中, 已提请追回, 已追回, 已排除."""


class Earlier(NamedTuple):
    """A finding about the same matter that was raised before."""

    rule_version: str
    evidence: Mapping[str, JsonValue]
    status: Status


class Matter(NamedTuple):
    """What a finding is about: a rule, and a claim or what a provider did for a book in a month."""

    rule: str
    claim: str | None
    provider: str | None
    book: str | None
    month: str | None

    @classmethod
    def of(cls, rule: str, claim: str | None, provider: str, book: str, month: str) -> "Matter":
        """Name the matter. A claim is one matter, in whatever month it is decided again."""
        return cls(rule, claim, None, None, None) if claim else cls(rule, None, provider, book, month)


class Part(NamedTuple):
    """Who has had to do with a finding: ``own`` handed a claim in or is its person, ``deciders`` reviewed one,
    ``appellants`` objected to a clawback because of the finding, ``taker`` looked into it.

    The claims are the one that it is about and, of a finding about a provider, those that clawbacks took it down to.
    """

    own: Collection[str] = ()
    deciders: Collection[str] = ()
    appellants: Collection[str] = ()
    taker: str | None = None
