-- 账证: what was taken in from each source, per shard and day, and the day markers that say what there should be.
-- depends: 0001_books

-- migrate: apply

create table state.posted_control (
    source text     not null,
    shard  smallint not null check (shard between 0 and 15),
    day    date     not null,
    kind   text     not null,
    book   text     not null,
    count  bigint   not null check (count > 0),
    amount bigint   not null,
    primary key (source, shard, day, kind, book)
);

create table state.marker (
    source text     not null,
    shard  smallint not null check (shard between 0 and 15),
    day    date     not null,
    next   date     not null check (next > day),
    totals jsonb    not null,
    seq    bigint   not null,
    hash   bytea    not null check (octet_length(hash) = 32),
    parked integer  not null check (parked >= 0),
    primary key (source, day, shard)
);

call log.allow('select, insert, update on state.posted_control');

call log.allow('select, insert on state.marker');

-- migrate: rollback
