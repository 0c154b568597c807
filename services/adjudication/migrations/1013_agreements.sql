-- Agreements that are to change for the past wait for a second person (定点协议追溯变更): a fold of the own log.
-- depends: 1007_reconsideration

-- migrate: apply

create table state.agreement_proposal (
    proposal    text   primary key,
    provider    text   not null,
    name        text   not null,
    level       text   not null,
    area        text   not null,
    agreement   text   not null,
    since       date   not null,
    change_id   uuid,
    change_hash text,
    proposed_by text   not null,
    proposed_on date   not null check (since < proposed_on),
    status      text   not null default 'proposed' check (status in ('proposed', 'approved', 'rejected')),
    decided_by  text   check (decided_by <> proposed_by),
    reason      text,
    check ((status = 'proposed') = (decided_by is null)),
    check ((change_id is null) = (change_hash is null))
);

call log.allow('select, insert, update, delete on state.agreement_proposal');

-- where each agreement was said, so that a proposal is bound to the last one of its provider
alter table state.provider add column shard smallint, add column seq bigint;

update state.provider as provider
set shard = event.shard, seq = event.seq
from log.event as event
where event.kind = 'ProviderChanged'
    and event.body::jsonb ->> 'provider' = provider.provider
    and event.body::jsonb ->> 'since' = provider.since::text
    and not exists (
        select from log.event as later
        where later.kind = event.kind
            and later.shard = event.shard
            and later.seq > event.seq
            and later.body::jsonb ->> 'provider' = provider.provider
            and later.body::jsonb ->> 'since' = provider.since::text
    );

alter table state.provider alter column shard set not null, alter column seq set not null;

-- migrate: rollback
