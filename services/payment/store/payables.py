"""What the fund owes, as adjudication's log tells it: approved claims, less what was taken back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contracts.claims import Adjudicated
from contracts.clawbacks import Clawback, ClawbackReversed, FundSplit
from contracts.envelope import Event
from services.chassis.postgres import Connection
from services.payment.model import Due, net


async def approve(connection: Connection, approved: Sequence[tuple[Event, Adjudicated]]) -> None:
    """Write what approved decisions owe. A second approval that supersedes none is refused by the database.

    One that takes the place of another adds to its claim: what the other owed is taken back by a clawback.
    """
    for statement, chosen in (
        (_APPROVE, [pair for pair in approved if pair[1].supersedes is None]),
        (_APPROVE_AGAIN, [pair for pair in approved if pair[1].supersedes is not None]),
    ):
        if chosen:
            await connection.execute(statement, *_columns(chosen))


def _columns(approved: Sequence[tuple[Event, Adjudicated]]) -> list[list[Any]]:
    rows = [
        (
            body.claim,
            event.id,
            body.book,
            body.kind,
            body.person,
            body.pay_to,
            body.person if body.pay_to == "person" else body.provider,
            event.business_date,
            body.amounts.fund,
            body.amounts.basic,
            body.amounts.supplement,
            body.amounts.critical,
            body.amounts.assistance,
        )
        for event, body in approved
    ]
    return list(map(list, zip(*rows, strict=True)))


async def take_back(
    connection: Connection,
    clawbacks: Sequence[Clawback],
    returned: Sequence[tuple[Event, ClawbackReversed]],
    decided: Mapping[str, int],
) -> frozenset[str]:
    """Take clawbacks off what their claims are owed, put back what was undone; give the claims that were found.

    What was undone is owed because of that event, unless the claim was approved anew after it: ``decided`` gives the
    number of the last approval among the same events. More than is left is refused by the database.
    """
    rows: list[tuple[Any, ...]] = [(body.claim, *_layers(body, 1), None) for body in clawbacks]
    for event, body in returned:
        later = event.seq < decided.get(body.claim, 0)
        rows.append((body.claim, *_layers(body, -1), None if later else event.id))
    found = await connection.fetch(_TAKE_BACK, *map(list, zip(*rows, strict=True)))
    return frozenset(row["claim"] for row in found)


def _layers(body: Clawback | ClawbackReversed, sign: int) -> tuple[int, ...]:
    split = body.split
    return tuple(sign * amount for amount in (split.basic, split.supplement, split.critical, split.assistance))


async def due(connection: Connection, book: str) -> list[Due]:
    """List what could be paid now from a book, oldest first."""
    return [_due(row) for row in await connection.fetch(_DUE, book)]


async def left(connection: Connection, batch: str) -> dict[str, FundSplit]:
    """Tell what the claims of a batch are owed beside it, and keep it so until the transaction ends."""
    rows = await connection.fetch(_LEFT, batch)
    return {row["claim"]: _split(row) for row in rows}


async def page_of_due(
    connection: Connection, book: str | None, after: tuple[date, str], limit: int
) -> list[dict[str, Any]]:
    """Give the next ``limit`` rows of what is due, oldest first, behind the day and claim of ``after``."""
    return [dict(row) for row in await connection.fetch(_PAGE_OF_DUE, book, *after, limit)]


async def receivables(connection: Connection, book: str | None) -> list[dict[str, Any]]:
    """List the claims for which more was paid than is left of them and came back by voucher (应收追回)."""
    return [dict(row) for row in await connection.fetch(_RECEIVABLES, book)]


async def excess(connection: Connection, book: str | None) -> list[dict[str, Any]]:
    """List the claims for which more came back by voucher than had to (多收追回), and that no line pays again."""
    return [dict(row) for row in await connection.fetch(_EXCESS, book)]


async def lapsed(connection: Connection, book: str | None) -> list[dict[str, Any]]:
    """List the claims of which something came back and is booked as never to be paid again (退票不再支付)."""
    return [dict(row) for row in await connection.fetch(_LAPSED, book)]


async def has_lapsed(connection: Connection, claim: str, line: str) -> bool:
    """Tell whether a line of a claim, which the bank gave back, is booked as never to be paid again."""
    return bool(await connection.fetchval(_HAS_LAPSED, claim, line))


def _split(row: Any) -> FundSplit:
    return net({layer: row[layer] for layer in FundSplit.model_fields})


def _due(row: Any) -> Due:
    return Due(
        claim=row["claim"],
        kind=row["kind"],
        person=row["person"],
        pay_to=row["pay_to"],
        payee=row["payee"],
        split=_split(row),
        repays=row["repays"],
        decision=row["decision"],
    )


_APPROVE = """
insert into state.payable (
    claim, decision, book, kind, person, pay_to, payee, approved_on, approved,
    basic, supplement, critical, assistance
)
select * from unnest(
    $1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[], $9::bigint[],
    $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[]
)
"""

_APPROVE_AGAIN = """
insert into state.payable as payable (
    claim, decision, book, kind, person, pay_to, payee, approved_on, approved,
    basic, supplement, critical, assistance
)
select
    claim, (array_agg(decision order by n desc))[1], min(book), min(kind), min(person), min(pay_to), min(payee),
    max(approved_on), sum(approved), sum(basic), sum(supplement), sum(critical), sum(assistance)
from unnest(
    $1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[], $9::bigint[],
    $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[]
) with ordinality as given (
    claim, decision, book, kind, person, pay_to, payee, approved_on, approved,
    basic, supplement, critical, assistance, n
)
group by claim
on conflict (claim) do update
set decision = excluded.decision,
    approved_on = excluded.approved_on,
    approved = payable.approved + excluded.approved,
    basic = payable.basic + excluded.basic,
    supplement = payable.supplement + excluded.supplement,
    critical = payable.critical + excluded.critical,
    assistance = payable.assistance + excluded.assistance
"""

_TAKE_BACK = """
update state.payable
set basic = payable.basic - taken.basic,
    supplement = payable.supplement - taken.supplement,
    critical = payable.critical - taken.critical,
    assistance = payable.assistance - taken.assistance,
    decision = coalesce(taken.decision, payable.decision)
from (
    select
        claim, sum(basic)::bigint as basic, sum(supplement)::bigint as supplement,
        sum(critical)::bigint as critical, sum(assistance)::bigint as assistance,
        (array_agg(decision order by n desc) filter (where decision is not null))[1] as decision
    from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::uuid[])
        with ordinality as given (claim, basic, supplement, critical, assistance, decision, n)
    group by claim
) as taken
where payable.claim = taken.claim
returning payable.claim
"""

_DUE = """
select claim, kind, person, pay_to, payee, basic, supplement, critical, assistance, repays, decision
from state.due
where book = $1
order by approved_on, claim
"""

_LEFT = """
with kept as (
    select payable.* from state.payable
    where payable.claim in (select line.claim from state.line where line.batch = $1)
    order by payable.claim
    for update
)
select
    line.claim,
    case when returned.amount <= owed.amount then returned.basic else owed.basic end as basic,
    case when returned.amount <= owed.amount then returned.supplement else owed.supplement end as supplement,
    case when returned.amount <= owed.amount then returned.critical else owed.critical end as critical,
    case when returned.amount <= owed.amount then returned.assistance else owed.assistance end as assistance
from state.line
join kept on kept.claim = line.claim
join state.settled on settled.claim = line.claim
cross join lateral (
    select
        kept.amount - settled.amount + line.amount as amount,
        settled.held + case when line.repays is null then 0 else line.amount end as held
) as beside
cross join lateral (
    select
        kept.basic - settled.basic + line.basic - never.payable as basic,
        kept.supplement - settled.supplement + line.supplement as supplement,
        kept.critical - settled.critical + line.critical as critical,
        kept.assistance - settled.assistance + line.assistance as assistance,
        beside.amount - never.payable as amount,
        beside.held - least(beside.held, settled.lapsed) as held
    from state.never_payable(beside.amount, beside.held, settled.lapsed) as never (payable)
) as owed
left join lateral (
    select
        old.basic - greatest(0, old.amount - owed.held) as basic,
        old.supplement, old.critical, old.assistance,
        least(old.amount, owed.held) as amount
    from state.line as old
    where old.line = line.repays
) as returned on true
where line.batch = $1
"""

_PAGE_OF_DUE = """
select claim, book, kind, person, pay_to, payee, approved_on, amount, repays from state.due
where ($1::text is null or book = $1) and (approved_on, claim) > ($2::date, $3::text)
order by approved_on, claim
limit $4
"""

_RECEIVABLES = """
select claim, book, person, payee, amount from state.receivable
where $1::text is null or book = $1
order by claim
"""

_EXCESS = """
select claim, book, person, payee, amount from state.excess
where $1::text is null or book = $1
order by claim
"""

_LAPSED = """
select claim, book, person, payee, never_payable as amount, too_much from state.owed
where (never_payable > 0 or too_much > 0) and ($1::text is null or book = $1)
order by claim
"""

_HAS_LAPSED = """
select line.so_far <= line.unpaid - owed.held
from state.unpaid_again as line
join state.owed on owed.claim = line.claim
where line.claim = $1 and line.line = $2
"""
