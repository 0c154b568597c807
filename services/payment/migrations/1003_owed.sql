-- What is owed for each claim and may go into a batch, and what is to come back: views over the folds.
-- depends: 1001_payment_state

-- migrate: apply

-- what came back by voucher for a claim
create view state.recovered as
select back.claim, sum(back.amount)::bigint as amount
from state.recovery as back
where back.corrected_by is null
group by back.claim;

-- what was promised or paid for a claim, line by line, less what came back from the bank or by voucher: below zero
-- where more came back than had left. A voucher counts for no more than the bank was ever asked to pay; it is booked on
-- the basic layer, so it is taken off there, and is owed again there: between the layers a voucher settles
create view state.settled as
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
            (select coalesce(sum(back.amount), 0) from state.recovered as back where back.claim = line.claim),
            coalesce(sum(line.amount) filter (where line.status <> 'proposed'), 0)
        ) as recovered
    from state.line
    where line.status <> 'void'
    group by line.claim
) as said;

-- lines that the bank gave back (退票) and that no other line has made good yet
create view state.unpaid_again as
select line.*
from state.line
where line.status in ('returned', 'repaying')
    and not exists (select from state.line as again where again.repays = line.line and again.status <> 'void');

-- claims with a line for the event because of which they are owed now
create view state.answered as
select payable.claim
from state.payable
where exists (
    select from state.line
    where line.claim = payable.claim
        and line.decision = payable.decision
        and line.repays is null
        and line.status <> 'void'
);

-- what could go into a batch now: what is owed above what is settled, once for each event because of which it is owed,
-- and returned lines that may be paid again, each for what it was paid for; a layer may be below zero where another
-- layer pays now what it has paid
create view state.due as
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
    select line.* from state.unpaid_again as line
    where line.claim = payable.claim
    order by line.status = 'repaying', line.line
    limit 1
) as returned on true
where owed.amount > 0
    and returned.status is distinct from 'returned'
    and (
        returned.line is not null
        or not exists (select from state.answered where answered.claim = payable.claim)
    );

-- 应收追回: what was paid or ordered for a claim above what is left of it after clawbacks, less what came back by voucher
create view state.receivable as
select
    payable.claim, payable.book, payable.person, payable.payee,
    (paid.amount - payable.amount - coalesce(recovered.amount, 0))::bigint as amount
from state.payable
join (
    select line.claim, sum(line.amount) as amount
    from state.line
    where line.status in ('ordered', 'paid')
    group by line.claim
) as paid on paid.claim = payable.claim
left join state.recovered on recovered.claim = payable.claim
where paid.amount - payable.amount > coalesce(recovered.amount, 0);

-- 多收追回: what came back by voucher for a claim above what had to, and is in no line that may be paid again
create view state.excess as
select
    payable.claim, payable.book, payable.person, payable.payee,
    (payable.amount - settled.amount)::bigint as amount
from state.payable
join state.settled on settled.claim = payable.claim
where payable.amount > settled.amount
    and not exists (select from state.unpaid_again as line where line.claim = payable.claim)
    and exists (select from state.answered where answered.claim = payable.claim);

call log.allow('select on state.recovered, state.settled, state.unpaid_again, state.answered, state.due');

call log.allow('select on state.receivable, state.excess');

-- migrate: rollback
