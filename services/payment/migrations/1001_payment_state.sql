-- What the fund owes, batches and their lines: the folds of adjudication's log (payable) and of payment's own (the rest).
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
    status         text     not null
        check (status in ('proposed', 'void', 'ordered', 'paid', 'returned', 'repaying')),
    return_reason  text,
    return_voucher text,
    returned_on    date,
    unique (batch, n),
    check (basic + supplement + critical + assistance = amount),
    check ((status in ('returned', 'repaying')) = (return_reason is not null)),
    -- a claim is paid once, and a returned line is made good once; a rebuild folds shard by shard, so it is
    -- looked at when the transaction ends, which only an exclusion constraint can do for a part of the rows
    constraint paid_once exclude using btree (claim with =)
        where (repays is null and status <> 'void') deferrable initially deferred,
    constraint repaid_once exclude using btree (repays with =)
        where (repays is not null and status <> 'void') deferrable initially deferred
);

create index line_by_claim on state.line (claim);

-- what could go into a batch now: claims without a line that counts, and returned lines that may be paid again
create view state.due as
select
    payable.claim, payable.book, payable.kind, payable.person, payable.pay_to, payable.payee,
    payable.approved_on, payable.amount,
    payable.basic, payable.supplement, payable.critical, payable.assistance,
    returned.line as repays
from state.payable
left join state.line as returned on returned.claim = payable.claim and returned.status = 'repaying'
where payable.amount > 0
    and not exists (
        select from state.line as counted
        where counted.claim = payable.claim
            and counted.status <> 'void'
            and (returned.line is null or counted.repays = returned.line)
    );

-- 应收追回: what was paid or ordered for a claim above what is left of it after clawbacks
create view state.receivable as
select payable.claim, payable.book, payable.person, payable.payee, paid.amount - payable.amount as amount
from state.payable
join (
    select line.claim, sum(line.amount)::bigint as amount
    from state.line
    where line.status in ('ordered', 'paid')
    group by line.claim
) as paid on paid.claim = payable.claim
where paid.amount > payable.amount;

call log.allow('usage on schema state');

call log.allow('select, insert, update on all tables in schema state');

-- migrate: rollback
