"""监管筛查: go through recorded claims person by person, then through the months of the providers, rule by rule."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.canonical import canonical
from contracts.supervision import FindingRaised
from services.adjudication.decide.supervision.claims import CLAIM_RULES, Evidence
from services.adjudication.decide.supervision.providers import PROVIDER_RULES, ProviderMonth
from services.adjudication.decide.supervision.rules import Phase, SupervisionRules
from services.adjudication.recorded import Recorded


class Span(NamedTuple):
    """The days whose decisions are looked at, both included, and the phases that are asked."""

    first: date
    last: date
    phases: frozenset[Phase]

    @classmethod
    def of_day(cls, day: date) -> "Span":
        """事后逐条: one day's decisions."""
        return cls(day, day, frozenset({"settled"}))

    @classmethod
    def of_month(cls, month: str) -> "Span":
        """月度全量: a month's decisions, line by line and as a whole. ``month`` is YYYY-MM."""
        first = date.fromisoformat(f"{month}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return cls(first, last, frozenset({"settled", "monthly"}))

    def has(self, claim: Recorded) -> bool:
        """Tell whether the claim was decided in the span."""
        return self.first <= claim.decided_on <= self.last


class Found(NamedTuple):
    """A finding, the stream that it belongs to (the person's or the provider's), and its cause."""

    body: FindingRaised
    stream: str
    cause: UUID


def survey_person(history: Sequence[Recorded], span: Span, rules: SupervisionRules) -> Iterator[Found]:
    """Ask the rules about claims of everything that one person has on record.

    A monthly rule is asked of every claim decided up to the end of the span: what it knows may have come late.
    """
    for code, rule in rules.asked(span.phases, "claim").items():
        everything = "monthly" in rule.phases
        for claim in history:
            if span.has(claim) or (everything and claim.decided_on <= span.last):
                found = look_at(code, claim, history, rules)
                if found is not None:
                    yield found


def look_at(code: str, claim: Recorded, history: Sequence[Recorded], rules: SupervisionRules) -> Found | None:
    """Ask one rule of one claim, seen beside all claims of its person."""
    evidence = CLAIM_RULES[code](claim, history, rules.rules[code].figures)
    return None if evidence is None else _about_claim(code, claim, evidence, rules)


def survey_providers(months: Iterable[ProviderMonth], span: Span, rules: SupervisionRules) -> Iterator[Found]:
    """Ask the rules about providers of what each did in the month."""
    asked = rules.asked(span.phases, "provider")
    for month in months:
        for code, rule in asked.items():
            evidence = PROVIDER_RULES[code](month, rule.figures)
            if evidence is not None:
                yield _about_provider(code, month, f"{span.first:%Y-%m}", evidence, rules)


def _about_claim(code: str, claim: Recorded, seen: Evidence, rules: SupervisionRules) -> Found:
    evidence = {**seen, "reviewed": claim.reviewed, **_figures(code, rules)}
    cause = _cause(code, claim.claim, claim.month, rules.id, evidence)
    body = FindingRaised(
        finding=finding_number(cause),
        rule=code,
        rule_version=rules.id,
        month=claim.month,
        book=claim.book,
        provider=claim.provider,
        claim=claim.claim,
        evidence=evidence,
    )
    return Found(body, claim.person, cause)


def _about_provider(code: str, whole: ProviderMonth, month: str, seen: Evidence, rules: SupervisionRules) -> Found:
    evidence = {**seen, **_figures(code, rules)}
    cause = _cause(code, f"{whole.book}/{whole.provider}", month, rules.id, evidence)
    body = FindingRaised(
        finding=finding_number(cause),
        rule=code,
        rule_version=rules.id,
        month=month,
        book=whole.book,
        provider=whole.provider,
        claim=None,
        evidence=evidence,
    )
    return Found(body, whole.provider, cause)


def _figures(code: str, rules: SupervisionRules) -> Evidence:
    figures = rules.rules[code].figures
    return {"figures": dict(figures)} if figures else {}


def _cause(code: str, subject: str, month: str, version: str, evidence: Evidence) -> UUID:
    """Derive one cause from all that is said: the same, found again, is the same finding."""
    digest = hashlib.sha256(canonical(evidence)).hexdigest()
    return uuid5(NAMESPACE_URL, f"urn:claims-ledger:finding:{code}/{subject}/{month}/{version}/{digest}")


def finding_number(cause: UUID) -> str:
    """Make the number of a finding from its cause."""
    return f"F{cause.hex[:24]}"
