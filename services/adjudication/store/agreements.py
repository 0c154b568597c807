"""Agreements that are to change for the past (定点协议追溯变更): what was proposed, and what stands of the provider."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from contracts.agreements import AgreementProposed, AgreementRejected
from contracts.claims import AgreementForm, ProviderChanged
from services.chassis.postgres import Connection


class Change(NamedTuple):
    """The last ``ProviderChanged`` of a provider: its id and hash, None where the provider is new."""

    id: UUID | None
    hash: str | None


class Proposal(NamedTuple):
    """A proposed agreement, who proposed it, what they saw, and how it stands."""

    form: AgreementForm
    saw: Change
    proposed_by: str
    status: str


async def last_change(connection: Connection, provider: str) -> Change:
    """Give what was said last of a provider, whatever day it holds from."""
    row = await connection.fetchrow("select id, hash from state.last_change where provider = $1", provider)
    return Change(None, None) if row is None else Change(row["id"], row["hash"].hex())


async def proposal(connection: Connection, number: str) -> Proposal | None:
    """Read a proposal; None where there is none of that number."""
    row = await connection.fetchrow("select * from state.agreement_proposal where proposal = $1", number)
    if row is None:
        return None
    form = AgreementForm(**{name: row[name] for name in AgreementForm.model_fields})
    return Proposal(form, Change(row["change_id"], row["change_hash"]), row["proposed_by"], row["status"])


async def proposals(connection: Connection) -> list[dict[str, Any]]:
    """List all proposals, the latest first; one is void where something newer was said of its provider."""
    return [dict(row) for row in await connection.fetch(_PROPOSALS)]


_PROPOSALS = """
select
    proposed.proposal, proposed.provider, proposed.since, proposed.name, proposed.level, proposed.area,
    proposed.agreement, proposed.proposed_by, proposed.proposed_on, proposed.decided_by, proposed.reason,
    case
        when proposed.status = 'proposed' and last.id is distinct from proposed.change_id then 'void'
        else proposed.status
    end as status
from state.agreement_proposal as proposed
left join state.last_change as last on last.provider = proposed.provider
order by proposed.proposed_on desc, proposed.proposal
"""

FOLDS: Mapping[str, str] = MappingProxyType(
    {
        AgreementProposed.KIND: """
insert into state.agreement_proposal (
    proposal, provider, name, level, area, agreement, since, change_id, change_hash, proposed_by, proposed_on
)
select
    said.proposal, said.provider, said.name, said.level, said.area, said.agreement, said.since, said.change_id,
    said.change_hash, given.actor, given.business_date
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (
        proposal text, provider text, name text, level text, area text, agreement text, since date, change_id uuid,
        change_hash text
    )
""",
        AgreementRejected.KIND: """
update state.agreement_proposal as proposed
set status = 'rejected', decided_by = given.actor, reason = given.body ->> 'reason'
from state.given($1, $2, $3, $4, $5, $6) as given
where proposed.proposal = given.body ->> 'proposal'
""",
        ProviderChanged.KIND: """
with agreed as (
    update state.agreement_proposal as proposed
    set status = 'approved', decided_by = given.actor
    from state.given($1, $2, $3, $4, $5, $6) as given
    where proposed.proposal = given.body ->> 'proposal'
)
insert into state.provider (provider, since, name, level, area, agreement, shard, seq)
select distinct on (said.provider, said.since)
    said.provider, said.since, said.name, said.level, said.area, said.agreement, given.shard, given.seq
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (
        provider text, since date, name text, level text, area text, agreement text
    )
order by said.provider, said.since, given.seq desc
on conflict (provider, since) do update
set name = excluded.name, level = excluded.level, area = excluded.area, agreement = excluded.agreement,
    shard = excluded.shard, seq = excluded.seq
""",
    }
)
"""By kind, in this order: a proposal may be decided in the batch in which it was made."""
