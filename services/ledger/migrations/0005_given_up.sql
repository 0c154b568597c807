-- 放弃处理: events of the sources that two people gave up: never booked, and counted all the same.
-- depends: 0002_sources

-- migrate: apply

create table state.given_up (
    source  text     not null,
    shard   smallint not null,
    seq     bigint   not null,
    day     date     not null,
    kind    text     not null,
    book    text,
    amount  bigint,
    maker   text     not null,
    checker text     not null,
    body    text     not null,
    primary key (source, shard, seq),
    check (maker <> checker),
    check ((book is null) = (amount is null))
);

create index given_up_days on state.given_up (day);

create trigger refuse_change before update or delete or truncate on state.given_up
for each statement execute function state.refuse_change();

alter table state.given_up enable always trigger refuse_change;

call log.allow('select, insert on state.given_up');

-- migrate: rollback
