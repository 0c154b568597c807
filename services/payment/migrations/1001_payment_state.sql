-- What the fund owes (a fold of adjudication's log), batches, lines (payment's), vouchers about claims (ledger's).
-- depends:

-- migrate: apply

create schema state;

-- one row for each approved claim; the layers are what is left after clawbacks
create table state.payable (
    claim       text   primary key,
    decision    uuid   not null,
    book        text   not null,
    kind        text   not null,
    person      text   not null,
    pay_to      text   not null check (pay_to in ('person', 'provider')),
    payee       text   not null,
    approved_on date   not null,
    approved    bigint not null check (approved > 0),
    basic       bigint not null check (basic >= 0),
    supplement  bigint not null check (supplement >= 0),
    critical    bigint not null check (critical >= 0),
    assistance  bigint not null check (assistance >= 0),
    amount      bigint not null generated always as (basic + supplement + critical + assistance) stored,
    check (basic + supplement + critical + assistance <= approved)
);

create index payable_by_book on state.payable (book, approved_on, claim);

create table state.batch (
    batch        text   primary key,
    book         text   not null,
    account      text   not null,
    bank         text   not null,
    maker        text   not null,
    checker      text   check (checker <> maker),
    status       text   not null check (status in ('proposed', 'void', 'ordered', 'paid')),
    total        bigint not null check (total > 0),
    proposed_on  date   not null,
    ordered_on   date,
    file_digest  text,
    void_reason  text,
    note         text,
    bank_voucher text   unique,
    value_date   date,
    check ((status in ('ordered', 'paid')) = (checker is not null)),
    check ((checker is null) = (file_digest is null)),
    check ((checker is null) = (ordered_on is null)),
    check ((status = 'void') = (void_reason is not null)),
    check ((status = 'paid') = (bank_voucher is not null)),
    check ((status = 'paid') = (value_date is not null))
);

create index batch_by_status on state.batch (status, batch);

create table state.line (
    line           text     primary key,
    batch          text     not null,
    n              smallint not null,
    claim          text     not null,
    kind           text     not null,
    person         text     not null,
    pay_to         text     not null,
    payee          text     not null,
    payee_version  int      not null,
    amount         bigint   not null check (amount > 0),
    basic          bigint   not null check (basic >= 0),
    supplement     bigint   not null check (supplement >= 0),
    critical       bigint   not null check (critical >= 0),
    assistance     bigint   not null check (assistance >= 0),
    repays         text     check (repays <> line),
    decision       uuid,
    status         text     not null
        check (status in ('proposed', 'void', 'ordered', 'paid', 'returned', 'repaying')),
    return_reason  text,
    return_voucher text,
    returned_on    date,
    unique (batch, n),
    check (basic + supplement + critical + assistance = amount),
    check ((status in ('returned', 'repaying')) = (return_reason is not null)),
    -- a decision is paid once, and a returned line is made good once; lines that name no decision all stand for one. A
    -- rebuild folds shard by shard, so it is looked at when the transaction ends, which only an exclusion constraint can
    -- do for a part of the rows
    constraint paid_once exclude using btree
        (claim with =, (coalesce(decision, '00000000-0000-0000-0000-000000000000')) with =)
        where (repays is null and status <> 'void') deferrable initially deferred,
    constraint repaid_once exclude using btree (repays with =)
        where (repays is not null and status <> 'void') deferrable initially deferred
);

create index line_by_claim on state.line (claim);

-- what the ledger booked by hand about a claim, by the entry that the voucher makes there: money that came back (追回款到账,
-- T21, T22), or that the bank gave back and nobody is to be paid any more (退票不再支付, T11, T11y). A fold of the ledger's
-- log; one that a red voucher took back counts no more
create table state.voucher (
    voucher      text   primary key,
    template     text   not null check (template in ('T21', 'T22', 'T11', 'T11y')),
    claim        text   not null,
    book         text   not null,
    amount       bigint not null check (amount > 0),
    entry        uuid   not null unique,
    corrected_by text
);

create index voucher_of_claim on state.voucher (claim);

call log.allow('usage on schema state');

call log.allow('select, insert, update on all tables in schema state');

-- migrate: rollback
