-- Decisions that take the place of others (迟到的事实), and the claims that wait for their first decision.
-- depends: 1002_supervision

-- migrate: apply

alter table state.decision add column supersedes uuid;

-- until people agree, the decision that it supersedes stands
alter table state.decision add column waits boolean not null
    generated always as (outcome = 'pended' and supersedes is not null) stored;

create index decision_denied on state.decision (claim) where outcome = 'denied';

create table state.undecided (
    claim text primary key
);

insert into state.undecided
select claim.claim from state.claim as claim
where not exists (select from state.decision as decision where decision.claim = claim.claim)
    and not exists (select from state.cancellation as gone where gone.claim = claim.claim);

create or replace view state.listed as
select
    claim.claim, claim.person, claim.book, claim.provider, claim.kind, claim.service_date, claim.pay_to,
    claim.total, claim.business_date, latest.fund, latest.reason, latest.round,
    case when gone.claim is not null then 'cancelled' else coalesce(latest.outcome, 'submitted') end as status
from state.claim as claim
left join lateral (
    select decision.outcome, decision.fund, decision.reason, decision.round
    from state.decision as decision
    where decision.claim = claim.claim and not decision.waits
    order by decision.round desc
    limit 1
) as latest on true
left join state.cancellation as gone on gone.claim = claim.claim;

call log.allow('select, insert, update, delete on state.undecided');

-- migrate: rollback
