-- Clawbacks from proposal to appeal (追回), and the findings of supervision behind them (监管疑点): folds of the own log.
-- depends: 1001_state

-- migrate: apply

create table state.proposal (
    clawback      text      primary key,
    claim         text      not null,
    decision_id   uuid      not null,
    decision_hash text      not null,
    lines         integer[] not null,
    amount        bigint    not null check (amount > 0),
    finding       text,
    ground        text,
    reason        text      not null,
    proposed_by   text      not null
);

create index proposal_of_claim on state.proposal (claim);

create index proposal_of_finding on state.proposal (finding);

-- ``agreed`` is the number under which people agreed: another one where the claim was decided again since
create table state.verdict (
    clawback    text     primary key,
    claim       text     not null,
    approved    boolean  not null,
    amount      bigint   not null check (amount >= 0),
    shard       smallint not null,
    seq         bigint   not null,
    decided_by  text     not null,
    decision_id uuid,
    agreed      text     not null
);

create index verdict_of_claim on state.verdict (claim);

create index verdict_agreed on state.verdict (agreed);

create table state.appeal (
    clawback     text not null,
    against      text not null check (against in ('proposal', 'clawback')),
    claim        text not null,
    reason       text not null,
    appellant    text not null,
    filed_on     date not null,
    answer       text,
    dismissed_by text,
    primary key (clawback, against),
    constraint dismissed_by_another check (dismissed_by <> appellant)
);

create table state.reversal (
    clawback text   primary key,
    appeal   text   not null,
    claim    text   not null,
    reason   text   not null,
    actor    text   not null,
    seq      bigint not null
);

create index reversal_of_appeal on state.reversal (appeal);

-- what was taken back and not given back since
create view state.taken as
select
    verdict.clawback, verdict.claim, verdict.agreed, verdict.decision_id, verdict.amount, verdict.shard, verdict.seq
from state.verdict as verdict
where verdict.approved
    and not exists (select from state.reversal as back where back.clawback = verdict.clawback);

-- a finding is looked into and closed by two people (核查受理, 疑点排除)
create table state.finding (
    finding       text  primary key,
    rule          text  not null,
    rule_version  text  not null,
    month         text  not null,
    book          text  not null,
    provider      text  not null,
    claim         text,
    evidence      jsonb not null,
    business_date date  not null,
    taken_by      text,
    taken_on      date,
    closed_by     text,
    closed_on     date,
    closing       text,
    constraint closed_by_another check (closed_by is null or (taken_by is not null and closed_by <> taken_by)),
    constraint closed_with_reason check ((closed_by is null) = (closing is null))
);

create index finding_of_claim on state.finding (claim);

create index finding_of_provider on state.finding (provider, month) where claim is null;

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

-- who has had a part in a proposed clawback before a position of the person's shard: in its claim, its finding, itself
create function state.had_a_part(number text, before bigint) returns table (actor text)
language sql stable set search_path = '' as $$
    select unnest(array[proposal.proposed_by, claim.actor, claim.person, finding.taken_by])
    from state.proposal as proposal
    join state.claim as claim on claim.claim = proposal.claim
    left join state.finding as finding on finding.finding = proposal.finding
    where proposal.clawback = number
    union all
    select review.actor
    from state.proposal as proposal
    join state.review as review on review.claim = proposal.claim and review.seq < before
    where proposal.clawback = number
$$;

-- 经办与审批分离: whoever agrees to a clawback, turns it down or undoes it has had no part in it
create function state.refuse_same_person() returns trigger
language plpgsql set search_path = '' as $$
begin
    if not state.rebuilding() and exists (
        select from said, state.had_a_part(said.clawback, said.seq) as part
        where part.actor in (said.decided_by, state.asking())
    ) then
        raise exception 'a clawback is decided on by somebody who has had no part in it'
            using errcode = 'integrity_constraint_violation', constraint = 'decided_by_another';
    end if;
    return null;
end;
$$;

create trigger refuse_same_person after insert on state.verdict
referencing new table as said
for each statement execute function state.refuse_same_person();

create function state.refuse_same_undoing() returns trigger
language plpgsql set search_path = '' as $$
begin
    if not state.rebuilding() and exists (
        select from said
        cross join lateral (
            select part.actor from state.had_a_part(said.appeal, said.seq) as part
            union all
            select verdict.decided_by from state.verdict as verdict where verdict.clawback = said.appeal
            union all
            select appeal.appellant from state.appeal as appeal where appeal.clawback = said.appeal
        ) as part
        where part.actor in (said.actor, state.asking())
    ) then
        raise exception 'a clawback is undone by somebody who has had no part in it'
            using errcode = 'integrity_constraint_violation', constraint = 'undone_by_another';
    end if;
    return null;
end;
$$;

create trigger refuse_same_undoing after insert on state.reversal
referencing new table as said
for each statement execute function state.refuse_same_undoing();

call log.allow('select, insert, update, delete on state.proposal, state.verdict, state.appeal, state.reversal');

call log.allow('select, insert, update, delete on state.finding');

call log.allow('select on state.taken, state.followed');

-- migrate: rollback
