-- Time: the days that were called to their end, what is put forward for sealing, and the seals.
-- depends: 0010_bank

-- migrate: apply

create table state.day (
    day  date primary key,
    next date not null unique check (next > day)
);

create table state.prepared (
    event  uuid primary key,
    period text not null,
    seq    bigint not null,
    digest text not null,
    maker  text not null
);

create index prepared_period on state.prepared (period, seq);

-- period is a day, a month or a year: 2017-03-01, 2017-03, 2017.
create table state.seal (
    period   text   primary key check (period ~ '^\d{4}(-\d{2}(-\d{2})?)?$'),
    previous text   not null,
    hash     text   not null unique,
    root     text   not null,
    entries  bigint not null,
    maker    text   not null,
    checker  text   not null,
    body     text   not null,
    check (maker <> checker)
);

create unique index seal_chain on state.seal (length(period), previous);

create trigger refuse_change before update or delete or truncate on state.seal
for each statement execute function state.refuse_change();

alter table state.seal enable always trigger refuse_change;

call log.allow('select, insert on state.day');

call log.allow('select, insert on state.prepared');

call log.allow('select, insert on state.seal');

-- migrate: rollback
