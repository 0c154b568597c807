-- Appeals against proposed clawbacks (追回申诉): a fold of the service's own log.
-- depends: 1003_late_facts

-- migrate: apply

create table state.appeal (
    clawback     text primary key,
    claim        text not null,
    reason       text not null,
    appellant    text not null,
    answer       text,
    dismissed_by text
);

call log.allow('select, insert, update, delete on state.appeal');

-- migrate: rollback
