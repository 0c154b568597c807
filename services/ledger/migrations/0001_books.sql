-- The books: entries and their lines, which only grow, and the balances that the database itself adds up.
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

create table state.entry (
    id            uuid     primary key,
    book          text     not null,
    business_date date     not null,
    incurred_on   date     not null,
    template      text     not null,
    cause         uuid     not null,
    cause_source  text     not null,
    cause_kind    text     not null,
    n             integer  not null,
    summary       text     not null,
    corrects      uuid,
    lines         smallint not null check (lines >= 2),
    unique (cause, template, book, n)
);

create index entry_days on state.entry (business_date, book);

create index entry_late on state.entry (book, incurred_on) where incurred_on <> business_date;

create index entry_closing on state.entry (book, business_date) where template in ('T31', 'T32');

create unique index entry_corrected_once on state.entry (corrects) where corrects is not null;

create table state.line (
    entry         uuid     not null,
    n             smallint not null,
    book          text     not null,
    business_date date     not null,
    account       text     not null,
    side          char     not null check (side in ('D', 'C')),
    amount        bigint   not null check (amount <> 0),
    person        text,
    provider      text,
    batch         text,
    bank_account  text,
    bank_key      text,
    claim         text,
    primary key (entry, n)
);

create index line_accounts on state.line (book, account, business_date);

create index line_claims on state.line (claim) where claim is not null;

create table state.balance (
    book          text   not null,
    account       text   not null,
    business_date date   not null,
    debit         bigint not null,
    credit        bigint not null,
    primary key (book, account, business_date)
);

-- how many lines the entries of an open transaction still wait for
create table state.owed (
    xact  xid8   primary key,
    lines bigint not null
);

-- a rebuild, by the owner only, folds history onto sealed days and in another order
create function state.rebuilding() returns boolean
language sql stable set search_path = '' as $$
    select current_setting('application_name') = 'ledger-rebuild'
        and session_user = (
            select tableowner from pg_catalog.pg_tables where schemaname = 'state' and tablename = 'entry'
        );
$$;

create function state.check_entries() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
declare
    wrong record;
begin
    if not state.rebuilding() then
        select added.id, added.business_date as day into wrong from added
        where added.business_date <= (select max(sealed.day) from state.sealed) limit 1;
        if found then
            raise exception 'entry %: % is sealed', wrong.id, wrong.day
                using errcode = 'integrity_constraint_violation', constraint = 'sealed_day';
        end if;
        select added.id, added.corrects into wrong from added
        left join state.entry as earlier on earlier.id = added.corrects
        where added.corrects is not null
            and (earlier.id is null or earlier.book <> added.book or earlier.corrects is not null
                 or earlier.lines <> added.lines) limit 1;
        if found then
            raise exception 'entry % cannot correct %', wrong.id, wrong.corrects
                using errcode = 'integrity_constraint_violation', constraint = 'red_names_an_entry';
        end if;
    end if;
    insert into state.owed as owed (xact, lines)
    select pg_catalog.pg_current_xact_id(), sum(added.lines) from added having count(*) > 0
    on conflict (xact) do update set lines = owed.lines + excluded.lines;
    return null;
end;
$$;

create trigger check_entries after insert on state.entry
referencing new table as added
for each statement execute function state.check_entries();

create function state.check_lines() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off as $$
declare
    wrong record;
begin
    -- lines of another book or date than their fellows make a group of their own, which is then not whole
    select * into wrong
    from (
        select
            whole.entry,
            whole.difference,
            entry.id is null as orphan,
            (whole.book, whole.business_date) is distinct from (entry.book, entry.business_date) as elsewhere,
            (whole.first, whole.last, whole.count) is distinct from (1, entry.lines, entry.lines) as incomplete,
            whole.difference <> 0 as unbalanced,
            entry.corrects is not null as red
        from (
            select
                added.entry,
                added.book,
                added.business_date,
                min(added.n) as first,
                max(added.n) as last,
                count(*) as count,
                sum(case added.side when 'D' then added.amount else -added.amount end) as difference
            from added
            group by added.entry, added.book, added.business_date
        ) as whole
        left join state.entry as entry on entry.id = whole.entry
    ) as held
    where held.orphan or held.elsewhere or held.incomplete or held.unbalanced or held.red
    order by held.orphan or held.elsewhere or held.incomplete or held.unbalanced desc
    limit 1;
    if wrong.orphan or wrong.elsewhere or wrong.incomplete or wrong.unbalanced then
        raise exception 'entry % is refused: %', wrong.entry, case
            when wrong.orphan then 'its lines have no entry'
            when wrong.elsewhere then 'a line has another book or date than its entry'
            when wrong.incomplete then 'its lines are not whole'
            else 'debits and credits differ by ' || wrong.difference || ' fen' end
            using errcode = 'integrity_constraint_violation', constraint = 'whole_and_balanced';
    end if;
    if wrong.red and not state.rebuilding() then
        perform state.check_red_mirrors(entry.id, entry.corrects)
        from (select distinct added.entry from added) as added
        join state.entry as entry on entry.id = added.entry
        where entry.corrects is not null;
    end if;
    select added.book, added.account into wrong
    from (select distinct added.book, added.account from added) as added
    left join state.book as book on book.book = added.book
    left join state.account as account on account.family = book.family and account.account = added.account
    where account.account is null limit 1;
    if found then
        raise exception 'book % has no account %', wrong.book, wrong.account
            using errcode = 'integrity_constraint_violation', constraint = 'known_account';
    end if;
    select added.entry, added.account into wrong
    from added
    join state.entry as entry on entry.id = added.entry
    join state.book as book on book.book = added.book
    join state.account as account on account.family = book.family and account.account = added.account
    where added.amount < 0 and entry.corrects is null and added.side <> account.direction limit 1;
    if found then
        raise exception 'entry %: a red line of % stands on its usual side', wrong.entry, wrong.account
            using errcode = 'integrity_constraint_violation', constraint = 'red_on_usual_side';
    end if;
    update state.owed as owed set lines = owed.lines - (select count(*) from added)
    where owed.xact = pg_catalog.pg_current_xact_id();
    if not found and exists (select from added) then
        raise exception 'lines come with their entry, in one transaction'
            using errcode = 'integrity_constraint_violation', constraint = 'whole_and_balanced';
    end if;
    insert into state.balance as balance (book, account, business_date, debit, credit)
    select
        added.book, added.account, added.business_date,
        sum(case added.side when 'D' then added.amount else 0 end),
        sum(case added.side when 'C' then added.amount else 0 end)
    from added
    group by added.book, added.account, added.business_date
    order by added.book, added.account, added.business_date
    on conflict (book, account, business_date) do update
    set debit = balance.debit + excluded.debit, credit = balance.credit + excluded.credit;
    return null;
end;
$$;

-- 红字: a correcting entry repeats the lines of the old one with their signs turned
create function state.check_red_mirrors(red uuid, earlier uuid) returns void
language plpgsql set search_path = '' as $$
begin
    if exists (
        select from (select * from state.line where entry = red) as mirror
        full join (select * from state.line where entry = earlier) as was using (n)
        where (mirror.account, mirror.side, -mirror.amount) is distinct from (was.account, was.side, was.amount)
    ) then
        raise exception 'entry % does not mirror % in red', red, earlier
            using errcode = 'integrity_constraint_violation', constraint = 'red_mirrors';
    end if;
end;
$$;

create trigger check_lines after insert on state.line
referencing new table as added
for each statement execute function state.check_lines();

create function state.settle_owed() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    missing bigint;
begin
    delete from state.owed as owed where owed.xact = new.xact returning owed.lines into missing;
    if missing <> 0 then
        raise exception 'entries wait for % lines', missing
            using errcode = 'integrity_constraint_violation', constraint = 'whole_and_balanced';
    end if;
    return null;
end;
$$;

create constraint trigger settle_owed after insert on state.owed
deferrable initially deferred
for each row execute function state.settle_owed();

create function state.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
    raise exception '% of %.% is refused: what is booked stays; correct it in red', tg_op, tg_table_schema, tg_table_name
        using errcode = 'integrity_constraint_violation', constraint = 'only_grows';
end;
$$;

create trigger refuse_change before update or delete or truncate on state.entry
for each statement execute function state.refuse_change();

create trigger refuse_change before update or delete or truncate on state.line
for each statement execute function state.refuse_change();

create trigger refuse_change before update or delete or truncate on state.sealed
for each statement execute function state.refuse_change();

create function state.refuse_hand() returns trigger
language plpgsql set search_path = '' as $$
begin
    -- the trigger that adds up the lines is one trigger deep; a hand is none
    if pg_catalog.pg_trigger_depth() > 1 and tg_op in ('INSERT', 'UPDATE') then
        return null;
    end if;
    raise exception '% of %.% by hand is refused: balances follow the lines', tg_op, tg_table_schema, tg_table_name
        using errcode = 'integrity_constraint_violation', constraint = 'only_by_lines';
end;
$$;

create trigger refuse_hand before insert or update or delete or truncate on state.balance
for each statement execute function state.refuse_hand();

alter table state.entry enable always trigger check_entries;

alter table state.line enable always trigger check_lines;

alter table state.owed enable always trigger settle_owed;

alter table state.entry enable always trigger refuse_change;

alter table state.line enable always trigger refuse_change;

alter table state.sealed enable always trigger refuse_change;

alter table state.balance enable always trigger refuse_hand;

call log.allow('usage on schema state');

call log.allow('select, insert on state.entry');

call log.allow('select, insert on state.line');

call log.allow('select on state.balance');

call log.allow('select, insert on state.chart');

call log.allow('select, insert on state.account');

call log.allow('select, insert on state.book');

call log.allow('select, insert on state.sealed');

-- migrate: rollback
