-- A finding is looked into and closed by two people (核查受理, 疑点排除), and a clawback has a ground (追回事由).
-- depends: 1007_reconsideration

-- migrate: apply

alter table state.finding
    add column taken_by text,
    add column taken_on date,
    add column closed_by text,
    add column closed_on date,
    add column closing text,
    add constraint closed_by_another check (closed_by is null or (taken_by is not null and closed_by <> taken_by)),
    add constraint closed_with_reason check ((closed_by is null) = (closing is null));

create index finding_of_provider on state.finding (provider, month) where claim is null;

alter table state.proposal
    add column ground text,
    alter column finding drop not null;

create index proposal_of_finding on state.proposal (finding);

-- how every finding stands: a clawback that waits, or holds, speaks before whoever looks into it
create view state.followed as
select
    finding.*,
    case
        when finding.closed_by is not null then 'closed'
        when clawback.waits then 'proposed'
        when clawback.holds then 'upheld'
        when finding.taken_by is not null then 'in_review'
        else 'open'
    end as status
from state.finding as finding
cross join lateral (
    select
        bool_or(verdict.clawback is null) as waits,
        bool_or(verdict.approved and back.appeal is null) as holds
    from state.proposal as proposal
    left join state.verdict as verdict on verdict.clawback = proposal.clawback
    left join state.reversal as back on back.appeal = proposal.clawback
    where proposal.finding = finding.finding
) as clawback;

call log.allow('select on state.followed');

-- migrate: rollback
