"""What the service's own events mean for its tables: claims, decisions, the year, reviews, clawbacks, findings."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from contracts.appeals import AppealDismissed, ClawbackAppealed
from contracts.claims import Adjudicated, ClaimCancelled, ClaimSubmitted, PackPublished, ReviewDecided
from contracts.clawbacks import Clawback, ClawbackProposed, ClawbackRejected, ClawbackReversed
from contracts.envelope import Event
from contracts.reconsideration import (
    ReconsiderationApproved,
    ReconsiderationOrdered,
    ReconsiderationRejected,
    ReconsiderationStepped,
)
from contracts.supervision import FindingClosed, FindingRaised, FindingTaken
from services.adjudication.store import agreements
from services.adjudication.store.decided import fold_decisions
from services.chassis.postgres import Connection

STATE_TABLES = (
    "state.coverage",
    "state.tag",
    "state.certificate",
    "state.status",
    "state.account_credit",
    "state.cleared",
    "state.provider",
    "state.agreement_proposal",
    "state.pack",
    "state.claim",
    "state.undecided",
    "state.decision",
    "state.cancellation",
    "state.accumulator",
    "state.chronic",
    "state.account_spent",
    "state.stay",
    "state.invoice",
    "state.review",
    "state.proposal",
    "state.verdict",
    "state.finding",
    "state.appeal",
    "state.reversal",
    "state.reconsideration",
)

_CHANGES_DECISIONS = frozenset({Adjudicated.KIND, Clawback.KIND, ClawbackReversed.KIND, ClaimCancelled.KIND})


async def evolve(connection: Connection, events: Sequence[Event]) -> None:
    """Fold events of the own log: one statement for each kind of row, whatever the size of the batch.

    The order of kinds does not matter for the result, so a rebuild may take batches of any size.
    """
    for kind, statement in _FOLDS.items():
        said = [event for event in events if event.kind == kind]
        if said:
            await connection.execute(statement, *_columns(said))
    deciding = [event for event in events if event.kind in _CHANGES_DECISIONS]
    if deciding:
        await fold_decisions(connection, deciding)


def _columns(events: Sequence[Event]) -> tuple[list[object], ...]:
    """Give body, id, actor, business date, shard and seq, one list each."""
    return (
        [event.body for event in events],
        [event.id for event in events],
        [event.actor for event in events],
        [event.business_date for event in events],
        [event.shard for event in events],
        [event.seq for event in events],
    )


_FOLDS: Mapping[str, str] = MappingProxyType(
    {
        **agreements.FOLDS,
        ClaimSubmitted.KIND: """
with kept as (
    insert into state.claim (
        claim, person, book, provider, kind, disease, service_date, admitted, discharged, invoice, pay_to,
        total, actor, business_date, shard, seq
    )
    select
        said.claim, said.person, said.book, said.provider, said.kind, said.disease, said."on", said.admitted,
        said.discharged, said.invoice, said.pay_to,
        (select sum((line ->> 'amount')::bigint) from jsonb_array_elements(said.lines) as line),
        given.actor, given.business_date, given.shard, given.seq
    from state.given($1, $2, $3, $4, $5, $6) as given,
        jsonb_to_record(given.body) as said (
            claim text, person text, book text, provider text, kind text, disease text, "on" date, admitted date,
            discharged date, invoice text, pay_to text, lines jsonb
        )
    returning claim
)
insert into state.undecided select claim from kept
""",
        ReviewDecided.KIND: """
insert into state.review (
    claim, seq, id, decision_id, stage, decision, final, actor, reason, business_date
)
select
    said.claim, given.seq, given.id, said.decision_id, said.stage, said.decision, said.final, given.actor,
    said.reason, given.business_date
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (
        claim text, decision_id uuid, stage text, decision text, final boolean, reason text
    )
""",
        ClawbackProposed.KIND: """
insert into state.proposal (
    clawback, claim, decision_id, decision_hash, lines, amount, finding, ground, reason, proposed_by
)
select
    said.clawback, said.claim, said.decision_id, said.decision_hash, said.lines, said.amount, said.finding,
    said.ground, said.reason, given.actor
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (
        clawback text, claim text, decision_id uuid, decision_hash text, lines integer[], amount bigint,
        finding text, ground text, reason text
    )
""",
        ClawbackRejected.KIND: """
insert into state.verdict (clawback, agreed, claim, approved, amount, shard, seq, decided_by)
select said.clawback, said.clawback, said.claim, false, 0, given.shard, given.seq, given.actor
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (clawback text, claim text)
""",
        Clawback.KIND: """
insert into state.verdict (clawback, agreed, claim, approved, amount, shard, seq, decided_by, decision_id)
select
    said.clawback, coalesce(said.repeats, said.clawback), said.claim, true, said.amount, given.shard, given.seq,
    given.actor, said.decision_id
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (clawback text, repeats text, claim text, amount bigint, decision_id uuid)
""",
        ClawbackAppealed.KIND: """
insert into state.appeal (clawback, against, claim, reason, appellant, filed_on)
select
    said.clawback, coalesce(said.against, 'proposal'), said.claim, said.reason, given.actor, given.business_date
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (clawback text, against text, claim text, reason text)
""",
        AppealDismissed.KIND: """
update state.appeal as appeal
set answer = said.reason, dismissed_by = given.actor
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (clawback text, against text, reason text)
where appeal.clawback = said.clawback and appeal.against = coalesce(said.against, 'proposal')
""",
        ClawbackReversed.KIND: """
insert into state.reversal (clawback, appeal, claim, reason, actor, seq)
select said.clawback, said.appeal, said.claim, said.reason, given.actor, given.seq
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (clawback text, appeal text, claim text, reason text)
""",
        ClaimCancelled.KIND: """
insert into state.cancellation (claim, actor, reason, business_date)
select said.claim, given.actor, said.reason, given.business_date
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (claim text, reason text)
""",
        PackPublished.KIND: """
insert into state.pack (pack, pack_id, seq, content)
select distinct on (said.pack, said.pack_id) said.pack, said.pack_id, given.seq, said.content
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (pack text, pack_id text, content text)
order by said.pack, said.pack_id, given.seq desc
on conflict (pack, pack_id) do update set seq = excluded.seq
""",
        ReconsiderationOrdered.KIND: """
insert into state.reconsideration (reconsideration, because, provider, book, since, ordered_on)
select said.reconsideration, said.because, said.provider, said.book, said.since, given.business_date
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (reconsideration text, because text, provider text, book text, since date)
""",
        ReconsiderationApproved.KIND: """
update state.reconsideration as ordered
set approved_by = given.actor
from state.given($1, $2, $3, $4, $5, $6) as given
where ordered.reconsideration = given.body ->> 'reconsideration'
""",
        ReconsiderationRejected.KIND: """
update state.reconsideration as ordered
set done = true
from state.given($1, $2, $3, $4, $5, $6) as given
where ordered.reconsideration = given.body ->> 'reconsideration'
""",
        ReconsiderationStepped.KIND: """
update state.reconsideration as ordered
set upto = greatest(ordered.upto, stepped.upto),
    persons = ordered.persons + stepped.persons,
    decided = ordered.decided + stepped.decided,
    done = stepped.done
from (
    select
        said.reconsideration, max(said.upto) as upto, sum(said.persons) as persons, sum(said.decided) as decided,
        bool_or(said.done) as done
    from state.given($1, $2, $3, $4, $5, $6) as given,
        jsonb_to_record(given.body) as said (
            reconsideration text, upto text, persons bigint, decided bigint, done boolean
        )
    group by said.reconsideration
) as stepped
where ordered.reconsideration = stepped.reconsideration
""",
        FindingRaised.KIND: """
insert into state.finding (
    finding, rule, rule_version, month, book, provider, claim, evidence, business_date
)
select
    said.finding, said.rule, said.rule_version, said.month, said.book, said.provider, said.claim, said.evidence,
    given.business_date
from state.given($1, $2, $3, $4, $5, $6) as given,
    jsonb_to_record(given.body) as said (
        finding text, rule text, rule_version text, month text, book text, provider text, claim text, evidence jsonb
    )
""",
        FindingTaken.KIND: """
update state.finding as finding
set taken_by = given.actor, taken_on = given.business_date
from state.given($1, $2, $3, $4, $5, $6) as given
where finding.finding = given.body ->> 'finding'
""",
        FindingClosed.KIND: """
update state.finding as finding
set closed_by = given.actor, closed_on = given.business_date, closing = given.body ->> 'reason'
from state.given($1, $2, $3, $4, $5, $6) as given
where finding.finding = given.body ->> 'finding'
""",
    }
)
