-- Who is insured, what was paid, and each person's tags, illnesses and states: the fold of enrollment's own log.
-- depends:

-- migrate: apply

create schema state;

create table state.enrolment (
    person   text not null,
    book     text not null,
    begins   date not null,
    ends     date check (ends >= begins),
    psn_type text not null,
    birth    date not null,
    primary key (person, book, begins)
);

create table state.contribution (
    person           text   not null,
    year             int    not null,
    payer            text   not null,
    bank_key         text   not null,
    book             text   not null,
    channel          text   not null,
    amount           bigint not null check (amount > 0),
    personal_account bigint not null check (personal_account between 0 and amount),
    value_date       date   not null,
    primary key (person, year, payer, bank_key)
);

create table state.tag (
    person text not null,
    book   text not null,
    tag    text not null,
    begins date not null,
    ends   date check (ends >= begins),
    primary key (person, book, tag, begins)
);

create table state.certificate (
    person  text not null,
    book    text not null,
    disease text not null,
    begins  date not null,
    ends    date check (ends >= begins),
    primary key (person, book, disease, begins)
);

create table state.status (
    person text not null,
    book   text not null,
    since  date not null,
    status text not null,
    primary key (person, book, since)
);

call log.allow('usage on schema state');

call log.allow('select, insert, update on all tables in schema state');

-- migrate: rollback
