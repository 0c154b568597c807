"""监管疑点: what supervision raised must cite published rules, and a claim or provider as the log has it.

What a provider did in a month is told of all its persons, who are in all shards: that evidence is not worked out again.
"""

from collections.abc import Mapping
from uuid import UUID

from contracts.supervision import FindingRaised
from services.adjudication.decide.supervision import SupervisionRules, finding_number
from services.cli.audit.claims.standing import Standing
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences


def check_finding(
    row: Row,
    body: FindingRaised,
    rules: Mapping[str, SupervisionRules],
    standing: Mapping[str, Standing],
    found: Differences,
) -> None:
    """Hold a finding against the rules that it cites, and against the decision that it is about."""
    version = rules.get(body.rule_version)
    rule = version.rules.get(body.rule) if version else None
    subject = "provider" if body.claim is None else "claim"
    found.expect(row.place, f"rule {body.rule} about a {subject} is published", subject, rule and rule.subject)
    if rule and rule.figures:
        found.expect(row.place, f"figures of {body.rule}", dict(rule.figures), body.evidence.get("figures"))
    found.expect(row.place, "number of the finding", finding_number(UUID(row.cause)), body.finding)
    if body.claim is None:
        found.expect(row.place, "whom the finding is about", row.stream, body.provider)
        return
    decision = standing.get(body.claim)
    seen = decision and (decision.outcome, decision.book, decision.provider, f"{decision.decided_on:%Y-%m}")
    said = ("approved", body.book, body.provider, body.month)
    found.expect(row.place, f"decision on {body.claim} that the finding is about", seen, said)
