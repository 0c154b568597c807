-- Payment lines that were ordered from the bank and did not come back (清算): a fold of payment's log.
-- depends: 1005_appeals_after

-- migrate: apply

create table state.cleared (
    line  text primary key,
    claim text not null
);

create index cleared_claim on state.cleared (claim);

call log.allow('select, insert, update, delete on state.cleared');

-- migrate: rollback
