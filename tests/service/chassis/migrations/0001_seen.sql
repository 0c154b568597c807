-- What a service of the tests has taken in, in the order in which it did.
-- depends:

-- migrate: apply

create schema state;

create table state.seen (
    place  bigint generated always as identity,
    source text   not null,
    shard  int    not null,
    seq    bigint not null,
    stream text   not null,
    kind   text   not null,
    primary key (source, shard, seq)
);

call log.allow('usage on schema state');

call log.allow('select, insert on state.seen');

-- migrate: rollback
