-- What was taken in from other logs: how far, what is parked and why, and which day markers have come.
-- depends: 0001_log

-- migrate: apply

create table log.applied (
    source text     not null,
    shard  smallint not null check (shard between 0 and 15),
    seq    bigint   not null,
    hash   bytea    not null check (octet_length(hash) = 32),
    primary key (source, shard)
);

create table log.parked (
    source    text        not null,
    shard     smallint    not null,
    seq       bigint      not null,
    stream    text        not null,
    kind      text        not null,
    line      bytea       not null,
    code      text        not null,
    reason    text        not null,
    parked_at timestamptz not null default now(),
    state     text        not null default 'parked' check (state in ('parked', 'applied', 'resolved')),
    closed_at timestamptz,
    closed_by text,
    why       text,
    primary key (source, shard, seq),
    check ((state = 'parked') = (closed_at is null)),
    check ((state = 'parked') = (closed_by is null)),
    check ((state = 'resolved') = (why is not null))
);

create index parked_streams on log.parked (source, stream, shard, seq) where state = 'parked';

create table log.marker (
    source text     not null,
    shard  smallint not null,
    day    date     not null,
    next   date     not null check (next > day),
    event  uuid     not null,
    primary key (source, day, shard)
);

call log.allow('select, insert, update on log.applied');

call log.allow('select, insert, update on log.parked');

call log.allow('select, insert on log.marker');

-- migrate: rollback
