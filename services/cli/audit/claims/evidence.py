"""Work the evidence of a finding out again (监管疑点), from the claims of its person as they stood when it was raised.

Not of the rules that ask what enrollment says: a finding does not say how far enrollment was known when it was raised.
"""

from collections.abc import Mapping, Sequence

from contracts.claims import ClaimSubmitted
from contracts.supervision import FindingRaised
from services.adjudication.decide.supervision import SupervisionRules, look_at
from services.adjudication.decide.supervision.claims import BY_STATUS, CLAIM_RULES
from services.adjudication.recorded import Charge, Recorded, Shares
from services.cli.audit.claims.standing import Standing
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences


def check_evidence(
    row: Row,
    body: FindingRaised,
    history: Sequence[Recorded],
    rules: Mapping[str, SupervisionRules],
    found: Differences,
) -> None:
    """Ask the rule again of the claim that a finding is about, beside all claims of the person."""
    version = rules.get(body.rule_version)
    if version is None or body.rule in BY_STATUS or body.rule not in version.rules.keys() & CLAIM_RULES.keys():
        return
    claim = next((one for one in history if one.claim == body.claim), None)
    again = claim and look_at(body.rule, claim, history, version)
    found.expect(row.place, f"evidence of {body.finding}", again and again.body.evidence, body.evidence)


def recorded(form: ClaimSubmitted, standing: Standing) -> Recorded:
    """Write an approved claim as supervision sees it, but for what enrollment says and what was taken back since."""
    return Recorded(
        claim=form.claim,
        person=form.person,
        book=form.book,
        provider=form.provider,
        level="",
        in_county=standing.in_county,
        tags=(),
        kind=form.kind,
        disease=form.disease,
        on=form.on,
        admitted=form.admitted,
        discharged=form.discharged,
        pay_to=form.pay_to,
        decided_on=standing.decided_on,
        reviewed=standing.reviewed,
        status=None,
        status_since=None,
        charges=tuple(Charge(line.item, line.day, line.amount, line.list_class) for line in form.lines),
        shares=Shares(**{name: getattr(standing.amounts, name) for name in Shares._fields}),
        clawed_back=0,
    )
