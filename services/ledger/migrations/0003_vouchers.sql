-- 记账凭证: vouchers made by hand, from proposal to approval or rejection; maker and checker are two people.
-- depends: 0001_books

-- migrate: apply

create table state.voucher (
    voucher  text primary key,
    book     text not null,
    template text not null,
    status   text not null check (status in ('proposed', 'approved', 'rejected')),
    maker    text not null,
    checker  text check (checker <> maker),
    proposed date not null,
    decided  date,
    content  jsonb not null,
    reason   text,
    event    uuid,
    check ((status = 'proposed') = (checker is null)),
    check ((status = 'proposed') = (decided is null)),
    check ((status = 'rejected') = (reason is not null)),
    check ((status = 'approved') = (event is not null))
);

-- 复核: a voucher is proposed, then decided once; what was proposed stays as it is
create function state.decide_once() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.status <> 'proposed' and tg_op = 'INSERT' then
        raise exception 'voucher % was never proposed', new.voucher
            using errcode = 'integrity_constraint_violation', constraint = 'decided_once';
    elsif tg_op = 'UPDATE' and (
        old.status <> 'proposed'
        or (old.voucher, old.book, old.template, old.maker, old.proposed, old.content)
            is distinct from (new.voucher, new.book, new.template, new.maker, new.proposed, new.content)
    ) then
        raise exception 'voucher % is decided already, or is to become another one', old.voucher
            using errcode = 'integrity_constraint_violation', constraint = 'decided_once';
    end if;
    return new;
end;
$$;

create trigger decide_once before insert or update on state.voucher
for each row execute function state.decide_once();

create trigger refuse_change before delete or truncate on state.voucher
for each statement execute function state.refuse_change();

alter table state.voucher enable always trigger decide_once;

alter table state.voucher enable always trigger refuse_change;

create index voucher_desk on state.voucher (status, book, voucher);

call log.allow('select, insert on state.voucher');

call log.allow('update (status, checker, decided, reason, event) on state.voucher');

-- migrate: rollback
