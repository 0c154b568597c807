-- A claim that is decided again is paid the difference (补差): once for each decision, never more than is owed in all.
-- depends: 1002_payment_vault

-- migrate: apply

alter table state.line add column decision uuid;

alter table state.line drop constraint paid_once;

-- lines from before decisions were named all stand for one
alter table state.line add constraint paid_once
    exclude using btree (claim with =, (coalesce(decision, '00000000-0000-0000-0000-000000000000')) with =)
    where (repays is null and status <> 'void') deferrable initially deferred;

-- what was promised or paid for a claim, line by line, and has not come back
create view state.settled as
select
    line.claim,
    sum(line.basic)::bigint as basic, sum(line.supplement)::bigint as supplement,
    sum(line.critical)::bigint as critical, sum(line.assistance)::bigint as assistance,
    sum(line.amount)::bigint as amount
from state.line
where line.status in ('proposed', 'ordered', 'paid')
group by line.claim;

-- what could go into a batch now: what is owed above what is settled, and returned lines that may be paid again;
-- a layer may be below zero where another layer pays now what it has paid
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
where owed.amount > 0 and returned.status is distinct from 'returned';

call log.allow('select on state.settled');

-- migrate: rollback
