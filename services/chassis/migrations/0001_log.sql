-- The log: events that are only ever added, each shard numbered without a gap and chained by hash.
-- depends:

-- migrate: apply

create schema log;

create procedure log.allow(what text)
language plpgsql set search_path = '' as $$
begin
    execute format('grant %s to %I', what, regexp_replace(current_user, '_owner$', ''));
end;
$$;

create table log.head (
    shard         smallint primary key check (shard between 0 and 15),
    seq           bigint   not null,
    hash          bytea    not null check (octet_length(hash) = 32),
    business_date date
);

insert into log.head (shard, seq, hash)
select shard, 0, decode(repeat('00', 32), 'hex') from generate_series(0, 15) as shard;

create table log.event (
    shard         smallint    not null check (shard between 0 and 15),
    seq           bigint      not null,
    id            uuid        not null unique,
    stream        text        not null,
    kind          text        not null,
    version       smallint    not null,
    body          text        storage external not null,
    actor         text        not null,
    cause         uuid        not null,
    business_date date        not null,
    recorded_at   timestamptz not null,
    prev          bytea       not null,
    hash          bytea       not null check (octet_length(hash) = 32),
    primary key (shard, seq)
)
-- a body is written once and read by everybody: to compress it would cost more time than all else that is done with it
with (toast_tuple_target = 8160);

create function log.continue_shards() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    wrong record;
begin
    select added.shard, added.seq into wrong
    from (
        select
            event.shard,
            event.seq,
            event.prev,
            event.business_date,
            head.business_date as open_day,
            coalesce(lag(event.seq) over shards, head.seq) + 1 as next_seq,
            coalesce(lag(event.hash) over shards, head.hash) as last_hash
        from added as event
        join log.head as head on head.shard = event.shard
        window shards as (partition by event.shard order by event.seq)
    ) as added
    where added.seq <> added.next_seq
        or added.prev <> added.last_hash
        or added.business_date is distinct from added.open_day
    order by added.shard, added.seq
    limit 1;
    if found then
        raise exception 'event % of shard % does not continue the shard', wrong.seq, wrong.shard
            using errcode = 'integrity_constraint_violation';
    end if;
    update log.head as head
    set seq = last.seq, hash = last.hash
    from (
        select distinct on (event.shard) event.shard, event.seq, event.hash
        from added as event
        order by event.shard, event.seq desc
    ) as last
    where head.shard = last.shard;
    return null;
end;
$$;

create trigger continue_shards after insert on log.event
referencing new table as added
for each statement execute function log.continue_shards();

create function log.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
    raise exception '% of %.% is refused: it only grows', tg_op, tg_table_schema, tg_table_name
        using errcode = 'integrity_constraint_violation';
end;
$$;

create trigger refuse_change before update or delete or truncate on log.event
for each statement execute function log.refuse_change();

alter table log.event enable always trigger continue_shards;

alter table log.event enable always trigger refuse_change;

create function log.refuse_earlier_day() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.business_date is null or new.business_date < old.business_date then
        raise exception 'the business date of shard % cannot go back to %', new.shard, new.business_date
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end;
$$;

create trigger refuse_earlier_day before update of business_date on log.head
for each row execute function log.refuse_earlier_day();

create table log.control (
    shard         smallint not null check (shard between 0 and 15),
    business_date date     not null,
    kind          text     not null,
    book          text     not null,
    count         bigint   not null check (count > 0),
    amount        bigint   not null,
    primary key (shard, business_date, kind, book)
);

call log.allow('usage on schema log');

call log.allow('select, insert on log.event');

call log.allow('select, update (business_date) on log.head');

call log.allow('select, insert, update on log.control');

-- migrate: rollback
