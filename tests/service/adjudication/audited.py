"""What an auditor says of the decisions, findings and clawbacks in a place's log: checked from what the logs hold."""

from collections.abc import Sequence

from contracts.catalogue import parse
from contracts.claims import Adjudicated, ClaimSubmitted
from contracts.envelope import Event
from services.cli.audit.claims.agreements import Agreements
from services.cli.audit.claims.decisions import Decisions
from services.cli.audit.claims.dossier import Dossiers, Said
from services.cli.audit.claims.oversight import Oversight, check_cited
from services.cli.audit.claims.takings import Takings
from services.cli.audit.log import published
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Place
from tests.service.adjudication import conftest


async def differences(place: conftest.Place) -> list[str]:
    """Decide everything again; nothing where all comes out as it stands."""
    found = Differences()
    events = [event for shard in range(16) for event in await place.log.read(shard, 0, 100_000)]
    # the charts, which the ledger publishes, are not asked for here
    said = [_publication(event) for event in events if event.kind in _PUBLISHED]
    rules = published.rules_of(said, Differences())
    walked = []
    for shard in range(16):
        told = (Said(event.seq, parse(event)) for event in place.heard if event.shard == shard)
        decisions = Decisions(Dossiers(told), rules, found)
        oversight = Oversight(rules, decisions.standing, found)
        _walk(decisions, oversight, found, [event for event in events if event.shard == shard])
        walked.append(oversight)
    about = {number: one for oversight in walked for number, one in oversight.about_providers().items()}
    check_cited((one for oversight in walked for one in oversight.cited()), about, found)
    return [str(divergence) for divergence in found.first]


def _walk(decisions: Decisions, oversight: Oversight, found: Differences, events: Sequence[Event]) -> None:
    agreements, takings = Agreements(), Takings()
    for event in events:
        row = Row.of("adjudication", event)
        if event.kind != Adjudicated.KIND:
            oversight.take_in(row, parse(event))
        if event.kind == ClaimSubmitted.KIND:
            decisions.hand_in(row, ClaimSubmitted.model_validate_json(event.body))
        elif event.kind == Adjudicated.KIND:
            (decision,) = decisions.decide([row])
            if decision is not None:
                takings.decide(row, decision)
        else:
            agreements.take_in(row, parse(event), found)
            takings.take_in(row, parse(event), found)
            decisions.note(row, parse(event))
    takings.finish(found)


def _publication(event: Event) -> published.Said:
    where = Place("adjudication", event.shard, event.seq)
    return published.Said(where, event.kind, event.version, event.business_date, event.body.encode())


_PUBLISHED = published.PUBLISHING["adjudication"]
