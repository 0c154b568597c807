-- What is owed for each claim and may go into a batch, and what is to come back: views over the folds.
-- depends: 1001_payment_state

-- migrate: apply

-- what the vouchers of a claim say that still count: what came back, and what nobody is to be paid any more
create view state.booked as
select
    voucher.claim,
    coalesce(sum(voucher.amount) filter (where voucher.template in ('T21', 'T22')), 0)::bigint as recovered,
    coalesce(sum(voucher.amount) filter (where voucher.template in ('T11', 'T11y')), 0)::bigint as lapsed
from state.voucher
where voucher.corrected_by is null
group by voucher.claim;

-- what was promised or paid for a claim, line by line, less what came back from the bank or by voucher: below zero
-- where more came back than had left. A voucher counts for no more than the bank was ever asked to pay; it is booked on
-- the basic layer, so it is taken off there, and is owed again there: between the layers a voucher settles.
-- What the bank gave back and no line takes again is held for the claim (退票待付); what lapsed of it is as booked
create view state.settled as
select
    said.claim,
    (said.basic - back.recovered)::bigint as basic,
    said.supplement::bigint as supplement,
    said.critical::bigint as critical,
    said.assistance::bigint as assistance,
    (said.amount - back.recovered)::bigint as amount,
    said.held::bigint as held,
    coalesce(booked.lapsed, 0) as lapsed
from (
    select
        line.claim,
        coalesce(sum(line.basic) filter (where line.status in ('proposed', 'ordered', 'paid')), 0) as basic,
        coalesce(sum(line.supplement) filter (where line.status in ('proposed', 'ordered', 'paid')), 0) as supplement,
        coalesce(sum(line.critical) filter (where line.status in ('proposed', 'ordered', 'paid')), 0) as critical,
        coalesce(sum(line.assistance) filter (where line.status in ('proposed', 'ordered', 'paid')), 0) as assistance,
        coalesce(sum(line.amount) filter (where line.status in ('proposed', 'ordered', 'paid')), 0) as amount,
        coalesce(sum(line.amount) filter (where line.status in ('returned', 'repaying')), 0)
            - coalesce(sum(line.amount) filter (where line.repays is not null), 0) as held,
        coalesce(sum(line.amount) filter (where line.status <> 'proposed'), 0) as asked
    from state.line
    where line.status <> 'void'
    group by line.claim
) as said
left join state.booked on booked.claim = said.claim
cross join lateral (select least(coalesce(booked.recovered, 0), said.asked) as recovered) as back;

-- how much of what is owed is never paid: a voucher takes first what is held and not owed any more (a clawback came
-- after the payment), then what is owed; it counts for no more than is held
create function state.never_payable(owed bigint, held bigint, lapsed bigint) returns bigint
language sql immutable
return greatest(0, least(held, lapsed) - greatest(0, held - owed));

-- lines that the bank gave back (退票) and that no other line has made good yet, in the order in which they lapse: those
-- that nobody let be paid again come first. One is open where `so_far` is above the part of `unpaid` that is not held
create view state.unpaid_again as
select
    line.*,
    sum(line.amount) over (partition by line.claim order by line.status = 'repaying', line.line)::bigint as so_far,
    sum(line.amount) over (partition by line.claim)::bigint as unpaid
from state.line
where line.status in ('returned', 'repaying')
    and not exists (select from state.line as again where again.repays = line.line and again.status <> 'void');

-- what is owed for each claim above what is settled and what is never paid of it; a layer may be below zero where
-- another layer pays now what it has paid. `held` is what a line may pay again; `too_much` is what was booked as lapsed
-- above what came back: a line has taken it again meanwhile
create view state.owed as
select
    payable.claim, payable.book, payable.kind, payable.person, payable.pay_to, payable.payee, payable.approved_on,
    payable.decision,
    payable.basic - coalesce(settled.basic, 0) - never.payable as basic,
    payable.supplement - coalesce(settled.supplement, 0) as supplement,
    payable.critical - coalesce(settled.critical, 0) as critical,
    payable.assistance - coalesce(settled.assistance, 0) as assistance,
    payable.amount - coalesce(settled.amount, 0) - never.payable as amount,
    coalesce(settled.held - least(settled.held, settled.lapsed), 0) as held,
    never.payable as never_payable,
    coalesce(settled.lapsed - least(settled.held, settled.lapsed), 0) as too_much
from state.payable
left join state.settled on settled.claim = payable.claim
cross join lateral (
    select state.never_payable(payable.amount - settled.amount, settled.held, settled.lapsed) as payable
) as never;

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

-- what could go into a batch now: what is owed, once for each event because of which it is owed, and returned lines that
-- may be paid again, each for what it was paid for, or for what is still held of it
create view state.due as
select
    owed.claim, owed.book, owed.kind, owed.person, owed.pay_to, owed.payee, owed.approved_on,
    least(owed.amount, coalesce(returned.amount, owed.amount)) as amount,
    case when returned.amount <= owed.amount then returned.basic else owed.basic end as basic,
    case when returned.amount <= owed.amount then returned.supplement else owed.supplement end as supplement,
    case when returned.amount <= owed.amount then returned.critical else owed.critical end as critical,
    case when returned.amount <= owed.amount then returned.assistance else owed.assistance end as assistance,
    returned.line as repays,
    coalesce(returned.decision, owed.decision) as decision
from state.owed
left join lateral (
    select
        line.line, line.status, line.decision, line.supplement, line.critical, line.assistance,
        line.basic - greatest(0, line.amount - owed.held) as basic,
        least(line.amount, owed.held) as amount
    from state.unpaid_again as line
    where line.claim = owed.claim and line.so_far > line.unpaid - owed.held
    order by line.so_far
    limit 1
) as returned on true
where owed.amount > 0
    and returned.status is distinct from 'returned'
    and (
        returned.line is not null
        or not exists (select from state.answered where answered.claim = owed.claim)
    );

-- 应收追回: what was paid or ordered for a claim above what is left of it after clawbacks, less what came back by voucher
create view state.receivable as
select
    payable.claim, payable.book, payable.person, payable.payee,
    (paid.amount - payable.amount - coalesce(booked.recovered, 0))::bigint as amount
from state.payable
join (
    select line.claim, sum(line.amount) as amount
    from state.line
    where line.status in ('ordered', 'paid')
    group by line.claim
) as paid on paid.claim = payable.claim
left join state.booked on booked.claim = payable.claim
where paid.amount - payable.amount > coalesce(booked.recovered, 0);

-- 多收追回: what came back by voucher for a claim above what had to, and is in no line that may be paid again
create view state.excess as
select owed.claim, owed.book, owed.person, owed.payee, owed.amount
from state.owed
where owed.amount > 0
    and not exists (
        select from state.unpaid_again as line
        where line.claim = owed.claim and line.so_far > line.unpaid - owed.held
    )
    and exists (select from state.answered where answered.claim = owed.claim);

call log.allow('select on state.booked, state.settled, state.unpaid_again, state.owed, state.answered, state.due');

call log.allow('select on state.receivable, state.excess');

-- migrate: rollback
