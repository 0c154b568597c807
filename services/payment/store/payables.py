"""What the fund owes, as adjudication's log tells it: approved claims, less what was taken back."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from contracts.claims import Adjudicated, Clawback, FundSplit
from contracts.envelope import Event
from services.chassis.postgres import Connection
from services.payment.model import Due


async def approve(connection: Connection, approved: Sequence[tuple[Event, Adjudicated]]) -> None:
    """Write what approved claims are owed. A second approval of a claim is refused by the database."""
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
    await connection.execute(_APPROVE, *map(list, zip(*rows, strict=True)))


async def take_back(connection: Connection, clawbacks: Sequence[Clawback]) -> frozenset[str]:
    """Take clawbacks off what their claims are owed; give the claims that were found.

    More than is left is refused by the database.
    """
    rows = [
        (body.claim, body.split.basic, body.split.supplement, body.split.critical, body.split.assistance)
        for body in clawbacks
    ]
    found = await connection.fetch(_TAKE_BACK, *map(list, zip(*rows, strict=True)))
    return frozenset(row["claim"] for row in found)


async def due(connection: Connection, book: str) -> list[Due]:
    """List what could be paid now from a book, oldest first."""
    return [_due(row) for row in await connection.fetch(_DUE, book)]


async def left(connection: Connection, claims: Collection[str]) -> dict[str, FundSplit]:
    """Tell what is left of these claims, and keep it so until the transaction ends."""
    rows = await connection.fetch(_LEFT, list(claims))
    return {row["claim"]: _split(row) for row in rows}


async def page_of_due(
    connection: Connection, book: str | None, after: tuple[date, str], limit: int
) -> list[dict[str, Any]]:
    """Give the next ``limit`` rows of what is due, oldest first, behind the day and claim of ``after``."""
    return [dict(row) for row in await connection.fetch(_PAGE_OF_DUE, book, *after, limit)]


async def receivables(connection: Connection, book: str | None) -> list[dict[str, Any]]:
    """List the claims for which more was paid than is left of them (应收追回)."""
    return [dict(row) for row in await connection.fetch(_RECEIVABLES, book)]


def _split(row: Any) -> FundSplit:
    return FundSplit(
        basic=row["basic"],
        supplement=row["supplement"],
        critical=row["critical"],
        assistance=row["assistance"],
    )


def _due(row: Any) -> Due:
    return Due(
        claim=row["claim"],
        kind=row["kind"],
        person=row["person"],
        pay_to=row["pay_to"],
        payee=row["payee"],
        split=_split(row),
        repays=row["repays"],
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

_TAKE_BACK = """
update state.payable
set basic = payable.basic - taken.basic,
    supplement = payable.supplement - taken.supplement,
    critical = payable.critical - taken.critical,
    assistance = payable.assistance - taken.assistance
from (
    select
        claim, sum(basic)::bigint as basic, sum(supplement)::bigint as supplement,
        sum(critical)::bigint as critical, sum(assistance)::bigint as assistance
    from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
        as given (claim, basic, supplement, critical, assistance)
    group by claim
) as taken
where payable.claim = taken.claim
returning payable.claim
"""

_DUE = """
select claim, kind, person, pay_to, payee, basic, supplement, critical, assistance, repays
from state.due
where book = $1
order by approved_on, claim
"""

_LEFT = """
select claim, basic, supplement, critical, assistance from state.payable
where claim = any($1::text[])
order by claim
for update
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
