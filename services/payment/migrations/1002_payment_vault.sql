-- Whose account a payee number is, and the files with names and accounts. No fold of a log; rows are only ever added.
-- depends: 1001_payment_state

-- migrate: apply

create schema vault;

create table vault.payee (
    payee      text        not null,
    version    int         not null check (version > 0),
    name       text        not null,
    account    text        not null,
    bank_code  text        not null,
    changed_by text        not null,
    changed_at timestamptz not null default now(),
    primary key (payee, version)
);

create table vault.bank_file (
    batch   text  primary key,
    content bytea not null
);

create table vault.return_file (
    voucher     text        primary key,
    content     bytea       not null,
    received_by text        not null,
    received_at timestamptz not null default now()
);

call log.allow('usage on schema vault');

call log.allow('select, insert on all tables in schema vault');

-- migrate: rollback
