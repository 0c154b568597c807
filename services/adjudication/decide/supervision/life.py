"""监管疑点的处理: what becomes of a finding, who may have a part in it, and whether one found again is news.

open → in_review (a reviewer takes it) → proposed (a clawback waits) → upheld (it was approved), or closed as groundless
by somebody else than who took it. A clawback that is turned down, or undone on appeal, has the finding in review again.
Nothing opens what is closed: where its rule says something else, or the evidence is other, it is another finding.
"""

from collections.abc import Iterable, Mapping

from contracts.supervision import FindingRaised
from services.adjudication.decide.supervision.rules import SupervisionRules
from services.adjudication.followed import Earlier, Matter, Part


def matter_of(body: FindingRaised) -> Matter:
    """Name what a finding is about."""
    return Matter.of(body.rule, body.claim, body.provider, body.book, body.month)


def is_news(body: FindingRaised, before: Iterable[Earlier], versions: Mapping[str, SupervisionRules]) -> bool:
    """Tell whether a finding is to be raised, beside what was found of the same matter before.

    Not while one of them is open, in review or proposed; not with the evidence of one that was upheld; and not with
    the evidence of one that was closed, while the rule itself is the same. ``versions``: what was published, by hash.
    """
    return not any(_covers(one, body, versions) for one in before)


def _covers(one: Earlier, body: FindingRaised, versions: Mapping[str, SupervisionRules]) -> bool:
    if one.status not in ("closed", "upheld"):
        return True
    if one.evidence != body.evidence:
        return False
    if one.status == "upheld" or one.rule_version == body.rule_version:
        return True
    then, now = (_digest(body.rule, versions.get(version)) for version in (one.rule_version, body.rule_version))
    return then is not None and then == now


def _digest(code: str, rules: SupervisionRules | None) -> str | None:
    return rules.rules[code].digest if rules and code in rules.rules else None


def bar(actor: str, person: str | None, part: Part) -> tuple[str, str] | None:
    """Tell why somebody may not look into a finding, close it, or decide on a clawback: code and sentence, or None.

    ``person`` is their own number as an insured person, None where it is not known.
    """
    if actor in part.own or person in part.own:
        return "OWN_CASE", "nobody has a part in a finding or clawback of a claim they handed in or that is their own"
    if actor in part.deciders:
        return "SAME_PERSON", "who decided on the claim does not decide on a finding or a clawback of it"
    if actor in part.appellants:
        return "SAME_PERSON", "who objected to a clawback because of the finding does not close it"
    if actor == part.taker:
        return "SAME_PERSON", "who looked into a finding neither closes it nor decides on its clawback"
    return None
