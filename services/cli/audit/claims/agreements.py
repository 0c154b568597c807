"""Check every agreement that was changed (定点协议): for the past it takes two people, who saw the same."""

from dataclasses import dataclass, field
from typing import NamedTuple

from contracts.agreements import AgreementProposed, AgreementRejected
from contracts.claims import AgreementForm, ProviderChanged
from contracts.envelope import Body
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences

Change = tuple[str | None, str | None]
"""Id and hash of a ``ProviderChanged``; both None before there is one."""


class Proposal(NamedTuple):
    """Who proposed what, having seen which change of the provider."""

    maker: str
    form: AgreementProposed
    saw: Change


@dataclass
class Agreements:
    """The agreements of one shard; all that is said of a provider stands in one shard."""

    _open: dict[str, Proposal] = field(default_factory=dict)
    _last: dict[str, Change] = field(default_factory=dict)

    def take_in(self, row: Row, body: Body, found: Differences) -> None:
        """Check what one row says."""
        match body:
            case AgreementProposed():
                saw = (str(body.change_id) if body.change_id else None, body.change_hash)
                self._open[body.proposal] = Proposal(row.actor, body, saw)
            case AgreementRejected():
                self._decide(row, body.proposal, body.provider, found)
            case ProviderChanged():
                self._change(row, body, found)

    def _change(self, row: Row, body: ProviderChanged, found: Differences) -> None:
        if body.proposal is not None:
            proposal = self._decide(row, body.proposal, body.provider, found)
            if proposal is not None:
                last = self._last.get(body.provider, (None, None))
                found.expect(row.place, "the change that was seen is the last one", last, proposal.saw)
                for name in AgreementForm.model_fields:
                    found.expect(row.place, f"{name} as proposed", getattr(proposal.form, name), getattr(body, name))
        elif body.since < row.business_date:
            found.expect(row.place, "an agreement changed for the past was proposed before", True, False)
        self._last[body.provider] = (row.id, row.hash)

    def _decide(self, row: Row, number: str, provider: str, found: Differences) -> Proposal | None:
        proposal = self._open.pop(number, None)
        found.expect(row.place, f"the change {number} is open", True, proposal is not None)
        if proposal is not None:
            found.expect(row.place, "provider of the proposal", proposal.form.provider, provider)
            found.expect(row.place, f"{row.actor} proposed {number}", False, row.actor == proposal.maker)
        return proposal
