"""监管疑点的处理: what becomes of a finding, who may have a part in it, and whether one found again is news.

open → in_review (a reviewer takes it) → proposed (a clawback waits) → upheld (it was approved), or closed as groundless
by somebody else than who took it. A clawback that is turned down, or undone on appeal, has the finding in review again.
Nothing opens what is closed: another version of the rules, or other evidence, is another finding.
"""

from collections.abc import Iterable

from contracts.supervision import FindingRaised
from services.adjudication.followed import Earlier, Matter, Part


def matter_of(body: FindingRaised) -> Matter:
    """Name what a finding is about."""
    return Matter.of(body.rule, body.claim, body.provider, body.book, body.month)


def is_news(body: FindingRaised, before: Iterable[Earlier]) -> bool:
    """Tell whether a finding is to be raised, beside what was found of the same matter before.

    Not while one of them is open, in review or proposed; not with the evidence of one that was upheld; and not with
    version and evidence of one that was closed.
    """
    return not any(_covers(one, body) for one in before)


def _covers(one: Earlier, body: FindingRaised) -> bool:
    if one.status not in ("closed", "upheld"):
        return True
    same = one.evidence == body.evidence
    return same and (one.status == "upheld" or one.rule_version == body.rule_version)


def bar(actor: str, part: Part) -> tuple[str, str] | None:
    """Tell why somebody may not look into a finding, or close it: code and sentence; None where nothing bars them."""
    if actor in part.own:
        return "OWN_CASE", "nobody looks into a finding about a claim that they handed in or that is their own"
    if actor in part.deciders:
        return "SAME_PERSON", "who decided on the claim does not look into a finding about it"
    if actor in part.appellants:
        return "SAME_PERSON", "who objected to a clawback because of the finding does not close it"
    if actor == part.taker:
        return "SAME_PERSON", "who looked into a finding does not close it"
    return None
