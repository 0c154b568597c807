-- The bank's side: accounts, statements with their lines, what was laid together, and the open differences.
-- depends: 0001_books

-- migrate: apply

create table state.bank_account (
    bank_account text primary key,
    book         text not null,
    account      text not null,
    number       text not null,
    since        date not null,
    unique (book, account),
    unique (bank_account, book)
);

create table state.statement (
    bank_account text   not null references state.bank_account,
    day          date   not null,
    number       text   not null,
    format       text   not null,
    file_digest  text   not null,
    opening      bigint not null,
    closing      bigint not null,
    lines        int    not null,
    primary key (bank_account, day)
);

create table state.bank_line (
    bank_account text   not null,
    day          date   not null,
    n            int    not null,
    booked       date   not null,
    value        date   not null,
    amount       bigint not null check (amount <> 0),
    serial       text,
    keys         text[] not null,
    primary key (bank_account, day, n),
    foreign key (bank_account, day) references state.statement
);

create unique index bank_line_serial on state.bank_line (bank_account, serial, booked, amount) where serial is not null;

-- What we booked on a bank account, one row per business day and bank key; a line without a key stands alone.
create table state.book_item (
    bank_account text   not null,
    day          date   not null,
    key          text   not null,
    amount       bigint not null,
    lines        int    not null,
    primary key (bank_account, day, key)
);

create function state.gather_book_items() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    insert into state.book_item as item (bank_account, day, key, amount, lines)
    select
        bank_account,
        business_date,
        coalesce(bank_key, id || '/' || n),
        sum(case side when 'D' then amount else -amount end),
        count(*)
    from (
        select
            id, business_date, n, (line).bank_account, (line).bank_key, (line).side, (line).amount
        from (
            select id, business_date, unnest(lines) as line, generate_subscripts(lines, 1) as n from added
        ) as opened
        where (line).bank_account is not null
    ) as banked
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict (bank_account, day, key) do update
    set amount = item.amount + excluded.amount, lines = item.lines + excluded.lines;
    return null;
end;
$$;

create trigger gather_book_items after insert on state.entry
referencing new table as added
for each statement execute function state.gather_book_items();

-- The bank item "<statement day>/<n>" and the book item "<business day>/<key>" that are matched, each at most once.
create table state.matched (
    bank_account text     not null references state.bank_account,
    side         text     not null check (side in ('bank', 'book')),
    item         text     not null,
    day          date     not null,
    event        uuid     not null,
    n            int      not null,
    rule         text     not null,
    maker        text     not null,
    checker      text,
    primary key (bank_account, side, item),
    check (checker is null or checker <> maker),
    check ((rule = 'manual') = (checker is not null))
);

create table state.match_proposal (
    proposal     text primary key,
    bank_account text not null,
    book         text not null,
    day          date not null,
    match        text not null,
    reason       text not null,
    maker        text not null,
    foreign key (bank_account, book) references state.bank_account (bank_account, book)
);

-- what is matched by hand was proposed so by its maker; a rebuild folds what was before
create function state.two_people_match_by_hand() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if not state.rebuilding() and not exists (
        select from state.match_proposal as was
        where was.bank_account = new.bank_account and was.maker = new.maker
            and was.match::jsonb -> new.side @> to_jsonb(new.item)
    ) then
        raise exception '% of % was never proposed by % to be matched', new.item, new.bank_account, new.maker
            using errcode = 'integrity_constraint_violation', constraint = 'two_people';
    end if;
    return new;
end;
$$;

create trigger two_people before insert on state.matched
for each row when (new.rule = 'manual') execute function state.two_people_match_by_hand();

create table state.exception (
    exception    text   primary key,
    bank_account text   not null,
    book         text   not null,
    day          date   not null,
    side         text   not null check (side in ('bank', 'book', 'balance')),
    item         text   not null,
    amount       bigint not null,
    reason       text   not null check (reason <> ''),
    owner        text   not null,
    expires      date   not null,
    maker        text,
    checker      text,
    foreign key (bank_account, book) references state.bank_account (bank_account, book)
);

create table state.exception_proposal (
    exception    text   primary key,
    bank_account text   not null,
    book         text   not null,
    day          date   not null,
    side         text   not null check (side = 'balance'),
    item         text   not null,
    amount       bigint not null,
    reason       text   not null check (reason <> ''),
    owner        text   not null,
    expires      date   not null,
    maker        text   not null,
    foreign key (bank_account, book) references state.bank_account (bank_account, book)
);

-- what lets a balance pass was proposed as it is by one person and approved by another; a rebuild folds what was before
create function state.two_people_let_a_balance_pass() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if new.side = 'balance' and not state.rebuilding() and (new.maker <> new.checker and exists (
        select from state.exception_proposal as was
        where (was.exception, was.bank_account, was.book, was.day, was.item, was.amount, was.reason, was.owner,
               was.expires, was.maker)
            = (new.exception, new.bank_account, new.book, new.day, new.item, new.amount, new.reason, new.owner,
               new.expires, new.maker)
    )) is not true then
        raise exception 'exception %: what lets a balance pass takes two people', new.exception
            using errcode = 'integrity_constraint_violation', constraint = 'two_people';
    end if;
    return new;
end;
$$;

create trigger two_people before insert on state.exception
for each row execute function state.two_people_let_a_balance_pass();

create table state.exception_closed (
    exception text primary key references state.exception,
    day       date not null,
    how       text not null check (how in ('matched', 'withdrawn')),
    reason    text not null
);

create trigger refuse_hand before insert or update or delete or truncate on state.book_item
for each statement execute function state.refuse_hand();

create trigger refuse_change before update or delete or truncate on state.statement
for each statement execute function state.refuse_change();

create trigger refuse_change before update or delete or truncate on state.bank_line
for each statement execute function state.refuse_change();

create trigger refuse_change before update or delete or truncate on state.matched
for each statement execute function state.refuse_change();

create trigger refuse_change before update or delete or truncate on state.exception
for each statement execute function state.refuse_change();

create trigger refuse_change before update or delete or truncate on state.exception_proposal
for each statement execute function state.refuse_change();

create trigger refuse_change before update or delete or truncate on state.bank_account
for each statement execute function state.refuse_change();

create trigger refuse_change before update or delete or truncate on state.match_proposal
for each statement execute function state.refuse_change();

create trigger refuse_change before update or delete or truncate on state.exception_closed
for each statement execute function state.refuse_change();

alter table state.entry enable always trigger gather_book_items;

alter table state.book_item enable always trigger refuse_hand;

alter table state.statement enable always trigger refuse_change;

alter table state.bank_line enable always trigger refuse_change;

alter table state.matched enable always trigger two_people;

alter table state.matched enable always trigger refuse_change;

alter table state.exception enable always trigger two_people;

alter table state.exception enable always trigger refuse_change;

alter table state.exception_proposal enable always trigger refuse_change;

alter table state.bank_account enable always trigger refuse_change;

alter table state.match_proposal enable always trigger refuse_change;

alter table state.exception_closed enable always trigger refuse_change;

call log.allow('select on state.book_item');

call log.allow('select, insert on state.bank_account');

call log.allow('select, insert on state.statement');

call log.allow('select, insert on state.bank_line');

call log.allow('select, insert on state.matched');

call log.allow('select, insert on state.match_proposal');

call log.allow('select, insert on state.exception');

call log.allow('select, insert on state.exception_proposal');

call log.allow('select, insert on state.exception_closed');

-- migrate: rollback
