"""The statements that write decisions, each for a whole batch at once."""

KEEP_DECISIONS = """
insert into state.decision (
    claim, round, id, hash, outcome, reason, findings, fund, business_date, shard, seq, supersedes
)
select
    claim, round, id, hash, outcome, reason,
    array(select jsonb_array_elements_text(findings::jsonb)),
    fund, business_date, shard, seq, supersedes
from unnest(
    $1::text[], $2::integer[], $3::uuid[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::bigint[],
    $9::date[], $10::smallint[], $11::bigint[], $12::uuid[]
) as made (claim, round, id, hash, outcome, reason, findings, fund, business_date, shard, seq, supersedes)
"""

DECIDED_AT_LAST = "delete from state.undecided where claim = any($1::text[])"

ADD_YEAR = """
insert into state.accumulator as year (
    person, book, year, basic, own_in_scope, supplement, assistance, outpatient
)
select * from unnest(
    $1::text[], $2::text[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]
)
on conflict (person, book, year) do update
set
    basic = year.basic + excluded.basic,
    own_in_scope = year.own_in_scope + excluded.own_in_scope,
    supplement = year.supplement + excluded.supplement,
    assistance = year.assistance + excluded.assistance,
    outpatient = year.outpatient + excluded.outpatient
"""

TAKE_YEAR = """
update state.accumulator as year
set
    basic = year.basic - taken.basic,
    own_in_scope = year.own_in_scope - taken.own_in_scope,
    supplement = year.supplement - taken.supplement,
    assistance = year.assistance - taken.assistance,
    outpatient = year.outpatient - taken.outpatient
from unnest(
    $1::text[], $2::text[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]
) as taken (person, book, year, basic, own_in_scope, supplement, assistance, outpatient)
where year.person = taken.person and year.book = taken.book and year.year = taken.year
"""

ADD_CHRONIC = """
insert into state.chronic as chronic (person, book, year, disease, used)
select * from unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::bigint[])
on conflict (person, book, year, disease) do update set used = chronic.used + excluded.used
"""

TAKE_CHRONIC = """
update state.chronic as chronic
set used = chronic.used - taken.used
from unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::bigint[])
    as taken (person, book, year, disease, used)
where chronic.person = taken.person
    and chronic.book = taken.book
    and chronic.year = taken.year
    and chronic.disease = taken.disease
"""

ADD_SPENT = """
insert into state.account_spent as spent (person, book, amount)
select * from unnest($1::text[], $2::text[], $3::bigint[])
on conflict (person, book) do update set amount = spent.amount + excluded.amount
"""

TAKE_SPENT = """
update state.account_spent as spent
set amount = spent.amount - back.amount
from unnest($1::text[], $2::text[], $3::bigint[]) as back (person, book, amount)
where spent.person = back.person and spent.book = back.book
"""

RELEASE_STAYS = "delete from state.stay where claim = any($1::text[])"

HOLD_STAYS = """
insert into state.stay (claim, person, disease, admitted, discharged, approved)
select claim.claim, claim.person, claim.disease, claim.admitted, claim.discharged, held.approved
from unnest($1::text[], $2::boolean[]) as held (claim, approved)
join state.claim as claim on claim.claim = held.claim
where claim.kind in ('inpatient', 'single_disease', 'bed_day')
on conflict (claim) do update set approved = excluded.approved
"""

HOLD_INVOICES = """
insert into state.invoice (invoice, claim)
select claim.invoice, claim.claim
from state.claim as claim
where claim.claim = any($1::text[])
on conflict (invoice) do nothing
"""

FREE_INVOICES = """
delete from state.invoice as invoice
using state.claim as claim
where claim.claim = any($1::text[]) and invoice.invoice = claim.invoice and invoice.claim = claim.claim
"""

INHERIT_INVOICES = """
insert into state.invoice (invoice, claim)
select holder.invoice, holder.claim
from state.claim as freed
join state.claim as holder on holder.invoice = freed.invoice and holder.claim <> freed.claim
cross join lateral (
    select decision.outcome from state.decision as decision
    where decision.claim = holder.claim and not decision.waits
    order by decision.round desc
    limit 1
) as latest
where freed.claim = any($1::text[])
    and latest.outcome <> 'denied'
    and not exists (select from state.cancellation as gone where gone.claim = holder.claim)
on conflict (invoice) do nothing
"""
"""A rebuild may fold the shards in any order: whoever holds a freed invoice today gets it, whenever that is read."""
