-- Commands done over HTTP: one row per Idempotency-Key, with the answer that was given.
-- depends: 0001_log

-- migrate: apply

create table log.command (
    key          uuid        primary key,
    actor        text        not null,
    request_hash bytea       not null check (octet_length(request_hash) = 32),
    status       smallint,
    answer       text,
    at           timestamptz not null default now(),
    check ((status is null) = (answer is null))
);

call log.allow('select, insert, update (status, answer) on log.command');

-- migrate: rollback
