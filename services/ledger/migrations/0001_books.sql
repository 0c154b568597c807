-- The books: entries with their lines, which only grow, and the balances that the database itself adds up.
-- depends:

-- migrate: apply

create schema state;

create table state.chart (
    chart_id text primary key,
    chart    text not null,
    content  text not null,
    since    date not null
);

create table state.account (
    family    text not null,
    account   text not null,
    name      text not null,
    direction char not null check (direction in ('D', 'C')),
    primary key (family, account)
);

create table state.book (
    book   text primary key,
    family text not null
);

create table state.sealed (
    day date primary key
);

create domain state.side as text not null check (value in ('D', 'C'));

-- fen; negative is red
create domain state.movement as bigint not null check (value <> 0);

create type state.entry_line as (
    account      text,
    side         state.side,
    amount       state.movement,
    person       text,
    provider     text,
    batch        text,
    bank_account text,
    bank_key     text,
    claim        text
);

-- an entry and its lines are one row: no line can be missing, come later, or stand in another book or on another day
create table state.entry (
    id            uuid    primary key,
    book          text    not null,
    business_date date    not null,
    incurred_on   date    not null,
    template      text    not null,
    cause         uuid    not null,
    cause_source  text    not null,
    cause_kind    text    not null,
    n             integer not null,
    summary       text    not null,
    corrects      uuid,
    lines         state.entry_line[] not null
        check (cardinality(lines) >= 2 and array_ndims(lines) = 1 and array_lower(lines, 1) = 1),
    unique (cause, template, book, n)
);

create index entry_days on state.entry (business_date, book);

create index entry_late on state.entry (book, incurred_on) where incurred_on <> business_date;

create index entry_closing on state.entry (book, business_date) where template in ('T31', 'T32');

create unique index entry_corrected_once on state.entry (corrects) where corrects is not null;

-- what stands on an account: nearly every entry has four lines at most, the few longer ones are found by their day
create index entry_accounts on state.entry using gin (
    (array[(lines[1]).account, (lines[2]).account, (lines[3]).account, (lines[4]).account])
);

create index entry_long on state.entry (book, business_date) where cardinality(lines) > 4;

-- what an event books concerns one claim, what a voucher books may concern several
create index entry_claim on state.entry (((lines[1]).claim)) where (lines[1]).claim is not null;

create function state.claims(lines state.entry_line[]) returns text[]
language sql immutable set search_path = '' as $$
    select array_agg(line.claim) from unnest(lines) as line where line.claim is not null;
$$;

create index entry_claims on state.entry using gin (state.claims(lines)) where cause_kind = 'VoucherApproved';

create view state.line as
select
    entry.id as entry, line.ordinality::smallint as n, entry.book, entry.business_date,
    line.account, line.side, line.amount,
    line.person, line.provider, line.batch, line.bank_account, line.bank_key, line.claim
from state.entry cross join unnest(entry.lines) with ordinality as line;

create table state.balance (
    book          text   not null,
    account       text   not null,
    business_date date   not null,
    debit         bigint not null,
    credit        bigint not null,
    lines         bigint not null,
    primary key (book, account, business_date)
);

-- a rebuild, by the owner only, folds history onto sealed days and in another order
create function state.rebuilding() returns boolean
language sql stable set search_path = '' as $$
    select current_setting('application_name') = 'ledger-rebuild'
        and session_user = (
            select tableowner from pg_catalog.pg_tables where schemaname = 'state' and tablename = 'entry'
        );
$$;

-- 红字: a correcting entry repeats the lines of the old one, and whom they concern, with their signs turned
create function state.mirrors(red state.entry_line[], earlier state.entry_line[]) returns boolean
language sql immutable set search_path = '' as $$
    select not exists (
        select from unnest(red) with ordinality as mirror
        full join unnest(earlier) with ordinality as was using (ordinality)
        where (mirror.account, mirror.side, -mirror.amount) is distinct from (was.account, was.side, was.amount)
            or (mirror.person, mirror.provider, mirror.batch, mirror.bank_key, mirror.claim)
                is distinct from (was.person, was.provider, was.batch, was.bank_key, was.claim)
    );
$$;

create function state.check_entries() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off as $$
declare
    wrong record;
begin
    if not state.rebuilding() then
        -- late facts are booked on the open day, none on a later one: nobody has seen that day yet
        select
            added.id, added.business_date as day,
            case when added.business_date <= sealed_until then 'sealed_day' else 'open_day' end as rule
        into wrong
        from
            added,
            (select max(sealed.day) as sealed_until from state.sealed) as sealed,
            (select head.business_date as open_day from log.head as head where head.shard = 0) as opened
        where added.business_date <= sealed_until or (added.business_date <= open_day) is not true limit 1;
        if found then
            raise exception 'entry %: % is %', wrong.id, wrong.day,
                case wrong.rule when 'sealed_day' then 'sealed' else 'not open yet' end
                using errcode = 'integrity_constraint_violation', constraint = wrong.rule;
        end if;
        select added.id, added.corrects into wrong from added
        left join state.entry as earlier on earlier.id = added.corrects
        where added.corrects is not null
            and (earlier.id is null or earlier.book <> added.book or earlier.corrects is not null
                 or not state.mirrors(added.lines, earlier.lines)) limit 1;
        if found then
            raise exception 'entry % cannot take back % in red', wrong.id, wrong.corrects
                using errcode = 'integrity_constraint_violation', constraint = 'red_mirrors_an_entry';
        end if;
    end if;
    with line as materialized (
        select
            opened.id, opened.book, opened.business_date, opened.corrects is null as plain,
            (opened.line).account, (opened.line).side, (opened.line).amount
        from (select added.*, unnest(added.lines) as line from added) as opened
    ), moved as materialized (
        select
            book, account, business_date,
            coalesce(sum(amount) filter (where side = 'D'), 0) as debit,
            coalesce(sum(amount) filter (where side = 'C'), 0) as credit,
            count(*) as lines,
            bool_or(plain and amount < 0 and side = 'D') as red_debit,
            bool_or(plain and amount < 0 and side = 'C') as red_credit
        from line group by book, account, business_date
    ), kept as (
        insert into state.balance as balance (book, account, business_date, debit, credit, lines)
        select book, account, business_date, debit, credit, lines from moved
        order by book, account, business_date
        on conflict (book, account, business_date) do update
        set debit = balance.debit + excluded.debit, credit = balance.credit + excluded.credit,
            lines = balance.lines + excluded.lines
    )
    select * into wrong
    from (
        select 'balanced' as rule, format('entry %s: debits and credits differ by %s fen', id, difference) as sentence
        from (
            select id, sum(case side when 'D' then amount else -amount end) as difference from line group by id
        ) as whole
        where difference <> 0
        union all
        select
            case when account.account is null then 'known_account' else 'red_on_usual_side' end,
            case when account.account is null then format('book %s has no account %s', moved.book, moved.account)
            else format('book %s: a red line of %s stands on its usual side', moved.book, moved.account) end
        from moved
        left join state.book as book on book.book = moved.book
        left join state.account as account on account.family = book.family and account.account = moved.account
        where account.account is null or case account.direction when 'D' then red_credit else red_debit end
    ) as broken
    limit 1;
    if found then
        raise exception '%', wrong.sentence using errcode = 'integrity_constraint_violation', constraint = wrong.rule;
    end if;
    return null;
end;
$$;

create trigger check_entries after insert on state.entry
referencing new table as added
for each statement execute function state.check_entries();

create function state.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
    raise exception '% of %.% is refused: what is booked stays; correct it in red', tg_op, tg_table_schema, tg_table_name
        using errcode = 'integrity_constraint_violation', constraint = 'only_grows';
end;
$$;

create trigger refuse_change before update or delete or truncate on state.entry
for each statement execute function state.refuse_change();

create trigger refuse_change instead of insert or update or delete on state.line
for each row execute function state.refuse_change();

create trigger refuse_change before update or delete or truncate on state.sealed
for each statement execute function state.refuse_change();

create function state.refuse_hand() returns trigger
language plpgsql set search_path = '' as $$
begin
    -- the trigger that adds up the entries is one trigger deep; a hand is none
    if pg_catalog.pg_trigger_depth() > 1 and tg_op in ('INSERT', 'UPDATE') then
        return null;
    end if;
    raise exception '% of %.% by hand is refused: balances follow the entries', tg_op, tg_table_schema, tg_table_name
        using errcode = 'integrity_constraint_violation', constraint = 'only_by_entries';
end;
$$;

create trigger refuse_hand before insert or update or delete or truncate on state.balance
for each statement execute function state.refuse_hand();

alter table state.entry enable always trigger check_entries;

alter table state.entry enable always trigger refuse_change;

alter table state.sealed enable always trigger refuse_change;

alter table state.balance enable always trigger refuse_hand;

call log.allow('usage on schema state');

call log.allow('select, insert on state.entry');

call log.allow('select on state.line');

call log.allow('select on state.balance');

call log.allow('select, insert on state.chart');

call log.allow('select, insert on state.account');

call log.allow('select, insert on state.book');

call log.allow('select, insert on state.sealed');

-- migrate: rollback
