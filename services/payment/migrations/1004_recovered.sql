-- Money that came back by voucher (追回款到账, T21, T22) closes a receivable: a fold of the ledger's log.
-- depends: 1003_decided_again

-- migrate: apply

create table state.recovery (
    voucher text   primary key,
    claim   text   not null,
    book    text   not null,
    amount  bigint not null check (amount > 0)
);

create index recovery_of_claim on state.recovery (claim);

-- what was promised or paid for a claim, line by line, and has not come back from the bank or by voucher; a voucher
-- books what came back on the basic layer, so there it is owed again if a clawback is undone
create or replace view state.settled as
select
    said.claim,
    (said.basic - least(said.basic, said.recovered))::bigint as basic,
    (said.supplement - least(said.supplement, greatest(said.recovered - said.basic, 0)))::bigint as supplement,
    (said.critical - least(said.critical, greatest(said.recovered - said.basic - said.supplement, 0)))::bigint
        as critical,
    (said.assistance
        - least(said.assistance, greatest(said.recovered - said.basic - said.supplement - said.critical, 0)))::bigint
        as assistance,
    (said.amount - least(said.amount, said.recovered))::bigint as amount
from (
    select
        line.claim,
        sum(line.basic) as basic, sum(line.supplement) as supplement,
        sum(line.critical) as critical, sum(line.assistance) as assistance,
        sum(line.amount) as amount,
        (select coalesce(sum(back.amount), 0) from state.recovery as back where back.claim = line.claim) as recovered
    from state.line
    where line.status in ('proposed', 'ordered', 'paid')
    group by line.claim
) as said;

-- what could go into a batch now: what is owed above what is settled, once for each event because of which it is owed,
-- and returned lines that may be paid again; a layer may be below zero where another layer pays now what it has paid
create or replace view state.due as
select
    payable.claim, payable.book, payable.kind, payable.person, payable.pay_to, payable.payee, payable.approved_on,
    least(owed.amount, coalesce(returned.amount, owed.amount)) as amount,
    case when returned.amount <= owed.amount then returned.basic else owed.basic end as basic,
    case when returned.amount <= owed.amount then returned.supplement else owed.supplement end as supplement,
    case when returned.amount <= owed.amount then returned.critical else owed.critical end as critical,
    case when returned.amount <= owed.amount then returned.assistance else owed.assistance end as assistance,
    returned.line as repays,
    payable.decision
from state.payable
left join state.settled on settled.claim = payable.claim
cross join lateral (
    select
        payable.basic - coalesce(settled.basic, 0) as basic,
        payable.supplement - coalesce(settled.supplement, 0) as supplement,
        payable.critical - coalesce(settled.critical, 0) as critical,
        payable.assistance - coalesce(settled.assistance, 0) as assistance,
        payable.amount - coalesce(settled.amount, 0) as amount
) as owed
left join lateral (
    select line.line, line.status, line.amount, line.basic, line.supplement, line.critical, line.assistance
    from state.line
    where line.claim = payable.claim
        and line.status in ('returned', 'repaying')
        and not exists (
            select from state.line as again where again.repays = line.line and again.status <> 'void'
        )
    order by line.status = 'repaying', line.line
    limit 1
) as returned on true
where owed.amount > 0
    and returned.status is distinct from 'returned'
    and (
        returned.line is not null
        or not exists (
            select from state.line as paid
            where paid.claim = payable.claim
                and paid.decision = payable.decision
                and paid.repays is null
                and paid.status <> 'void'
        )
    );

-- 应收追回: what was paid or ordered for a claim above what is left of it after clawbacks, less what came back by voucher
create or replace view state.receivable as
select
    payable.claim, payable.book, payable.person, payable.payee,
    (paid.amount - payable.amount - paid.recovered)::bigint as amount
from state.payable
join (
    select
        line.claim, sum(line.amount) as amount,
        (select coalesce(sum(back.amount), 0) from state.recovery as back where back.claim = line.claim) as recovered
    from state.line
    where line.status in ('ordered', 'paid')
    group by line.claim
) as paid on paid.claim = payable.claim
where paid.amount - payable.amount > paid.recovered;

call log.allow('select, insert, update on state.recovery');

-- migrate: rollback
