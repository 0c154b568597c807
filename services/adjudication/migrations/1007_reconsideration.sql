-- Claims that are looked at again because an agreement or a rule pack was changed for the past (再核定).
-- depends: 1006_cleared

-- migrate: apply

create table state.reconsideration (
    reconsideration text    primary key,
    because         text    not null check (because in ('agreement', 'pack')),
    provider        text,
    book            text,
    since           date    not null,
    ordered_on      date    not null,
    approved_by     text,
    upto            text    not null default '',
    persons         bigint  not null default 0 check (persons >= 0),
    decided         bigint  not null default 0 check (decided >= 0),
    done            boolean not null default false,
    check ((provider is null) <> (book is null))
);

call log.allow('select, insert, update, delete on state.reconsideration');

-- migrate: rollback
