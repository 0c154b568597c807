-- What is changed for the past (追溯变更, 再核定): a second person agrees, and the claims it concerns are looked at again.
-- depends: 1001_state

-- migrate: apply

create table state.agreement_proposal (
    proposal    text primary key,
    provider    text not null,
    name        text not null,
    level       text not null,
    area        text not null,
    agreement   text not null,
    since       date not null,
    change_id   uuid,
    change_hash text,
    proposed_by text not null,
    proposed_on date not null check (since < proposed_on),
    status      text not null default 'proposed' check (status in ('proposed', 'approved', 'rejected')),
    decided_by  text check (decided_by <> proposed_by),
    reason      text,
    check ((status = 'proposed') = (decided_by is null)),
    check ((change_id is null) = (change_hash is null))
);

-- what was said last of each provider, whatever day it holds from
create view state.last_change as
select distinct on (said.provider) said.provider, event.id, event.hash
from state.provider as said
join log.event as event on event.shard = said.shard and event.seq = said.seq
order by said.provider, said.seq desc;

create table state.reconsideration (
    reconsideration text    primary key,
    because         text    not null check (because in ('agreement', 'pack')),
    provider        text,
    book            text,
    since           date    not null,
    ordered_on      date    not null,
    approved_by     text,
    upto            text    not null default '',
    persons         bigint  not null default 0 check (persons >= 0),
    decided         bigint  not null default 0 check (decided >= 0),
    done            boolean not null default false,
    check ((provider is null) <> (book is null))
);

call log.allow('select, insert, update, delete on state.agreement_proposal, state.reconsideration');

call log.allow('select on state.last_change');

-- migrate: rollback
