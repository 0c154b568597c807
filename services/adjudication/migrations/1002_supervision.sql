-- What supervision found (监管疑点): a fold of the service's own log.
-- depends: 1001_state

-- migrate: apply

create table state.finding (
    finding       text     primary key,
    rule          text     not null,
    rule_version  text     not null,
    month         text     not null,
    book          text     not null,
    provider      text     not null,
    claim         text,
    evidence      jsonb    not null,
    business_date date     not null
);

create index finding_of_claim on state.finding (claim);

create index decision_by_day on state.decision using brin (business_date);

call log.allow('select, insert, update, delete on state.finding');

-- migrate: rollback
