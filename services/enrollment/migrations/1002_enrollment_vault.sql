-- Who a person number is: the only place of enrollment that holds personal data. No fold of a log; never sent anywhere.
-- depends: 1001_enrollment_state

-- migrate: apply

create schema vault;

create table vault.person (
    person           text primary key,
    certificate_type text not null,
    certificate      text not null,
    name             text not null,
    sex              text not null,
    birth            date not null,
    phone            text,
    changed_by       text not null,
    unique (certificate_type, certificate)
);

call log.allow('usage on schema vault');

call log.allow('select, insert, update on vault.person');

-- migrate: rollback
