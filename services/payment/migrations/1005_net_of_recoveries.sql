-- Money that came back twice, by voucher (追回款到账) and from the bank (退票), is owed again: nothing of it is lost.
-- depends: 1004_recovered

-- migrate: apply

-- the entry that a voucher makes in the ledger, and the red voucher that took it back: it counts no more then
alter table state.recovery add column entry uuid unique, add column corrected_by text;

-- what was promised or paid for a claim, line by line, less what came back from the bank or by voucher: below zero
-- where more came back than had left. A voucher counts for no more than the bank was ever asked to pay; it is booked on
-- the basic layer, so it is taken off there, and is owed again there: between the layers a voucher settles
create or replace view state.settled as
select
    said.claim,
    (said.basic - said.recovered)::bigint as basic,
    said.supplement::bigint as supplement,
    said.critical::bigint as critical,
    said.assistance::bigint as assistance,
    (said.amount - said.recovered)::bigint as amount
from (
    select
        line.claim,
        coalesce(sum(line.basic) filter (where line.status in ('proposed', 'ordered', 'paid')), 0) as basic,
        coalesce(sum(line.supplement) filter (where line.status in ('proposed', 'ordered', 'paid')), 0) as supplement,
        coalesce(sum(line.critical) filter (where line.status in ('proposed', 'ordered', 'paid')), 0) as critical,
        coalesce(sum(line.assistance) filter (where line.status in ('proposed', 'ordered', 'paid')), 0) as assistance,
        coalesce(sum(line.amount) filter (where line.status in ('proposed', 'ordered', 'paid')), 0) as amount,
        least(
            (
                select coalesce(sum(back.amount), 0) from state.recovery as back
                where back.claim = line.claim and back.corrected_by is null
            ),
            coalesce(sum(line.amount) filter (where line.status <> 'proposed'), 0)
        ) as recovered
    from state.line
    where line.status <> 'void'
    group by line.claim
) as said;

-- what could go into a batch now: what is owed above what is settled, once for each event because of which it is owed,
-- and returned lines that may be paid again, each for what it was paid for; a layer may be below zero where another
-- layer pays now what it has paid
create or replace view state.due as
select
    payable.claim, payable.book, payable.kind, payable.person, payable.pay_to, payable.payee, payable.approved_on,
    least(owed.amount, coalesce(returned.amount, owed.amount)) as amount,
    case when returned.amount <= owed.amount then returned.basic else owed.basic end as basic,
    case when returned.amount <= owed.amount then returned.supplement else owed.supplement end as supplement,
    case when returned.amount <= owed.amount then returned.critical else owed.critical end as critical,
    case when returned.amount <= owed.amount then returned.assistance else owed.assistance end as assistance,
    returned.line as repays,
    coalesce(returned.decision, payable.decision) as decision
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
    select
        line.line, line.status, line.amount, line.basic, line.supplement, line.critical, line.assistance, line.decision
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
        (
            select coalesce(sum(back.amount), 0) from state.recovery as back
            where back.claim = line.claim and back.corrected_by is null
        ) as recovered
    from state.line
    where line.status in ('ordered', 'paid')
    group by line.claim
) as paid on paid.claim = payable.claim
where paid.amount - payable.amount > paid.recovered;

-- 多收追回: what came back by voucher for a claim above what had to, and is in no line that may be paid again
create view state.excess as
select
    payable.claim, payable.book, payable.person, payable.payee,
    (payable.amount - settled.amount)::bigint as amount
from state.payable
join state.settled on settled.claim = payable.claim
where payable.amount > settled.amount
    and not exists (
        select from state.line as returned
        where returned.claim = payable.claim
            and returned.status in ('returned', 'repaying')
            and not exists (
                select from state.line as again where again.repays = returned.line and again.status <> 'void'
            )
    )
    and exists (
        select from state.line as paid
        where paid.claim = payable.claim
            and paid.decision = payable.decision
            and paid.repays is null
            and paid.status <> 'void'
    );

call log.allow('select on state.excess');

-- migrate: rollback
