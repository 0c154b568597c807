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

create index voucher_desk on state.voucher (status, book, voucher);

call log.allow('select, insert on state.voucher');

call log.allow('update (status, checker, decided, reason, event) on state.voucher');

-- migrate: rollback
