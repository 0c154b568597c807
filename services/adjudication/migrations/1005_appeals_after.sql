-- A clawback that was approved can be appealed and undone (追回撤销): folds of the service's own log.
-- depends: 1004_appeals 1004_sampling

-- migrate: apply

alter table state.verdict add column decision_id uuid;

-- the number under which people agreed: another one where the claim was decided again since
alter table state.verdict add column agreed text;

update state.verdict as verdict
set agreed = verdict.clawback, decision_id = (event.body::json ->> 'decision_id')::uuid
from log.event as event
where event.shard = verdict.shard and event.seq = verdict.seq;

alter table state.verdict alter column agreed set not null;

create index verdict_agreed on state.verdict (agreed);

alter table state.appeal add column against text not null default 'proposal'
    check (against in ('proposal', 'clawback'));

alter table state.appeal add column filed_on date;

update state.appeal as appeal
set filed_on = event.business_date
from log.event as event
where event.kind = 'ClawbackAppealed' and event.body::json ->> 'clawback' = appeal.clawback;

alter table state.appeal alter column filed_on set not null;

alter table state.appeal drop constraint appeal_pkey;

alter table state.appeal add primary key (clawback, against);

create table state.reversal (
    clawback text primary key,
    appeal   text not null,
    claim    text not null,
    reason   text not null,
    actor    text not null
);

create index reversal_of_appeal on state.reversal (appeal);

-- what was taken back and not given back since
create view state.taken as
select
    verdict.clawback, verdict.claim, verdict.agreed, verdict.decision_id, verdict.amount, verdict.shard, verdict.seq
from state.verdict as verdict
where verdict.approved
    and not exists (select from state.reversal as back where back.clawback = verdict.clawback);

call log.allow('select, insert, update, delete on state.reversal');

call log.allow('select on state.taken');

-- migrate: rollback
